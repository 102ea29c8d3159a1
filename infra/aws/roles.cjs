'use strict';

// IAM roles: one for each function, with only the permissions that the function needs (least privilege).

const IMAGES = ['user', 'conversation', 'chat', 'chat_stream', 'message', 'turn', 'maintenance', 'file', 'extract', 'share', 'admin'];
/** Function → what it does with the objects of share links on the site's bucket. */
const SHARES = {
  share: ['s3:PutObject', 's3:DeleteObject'],
  ...Object.fromEntries(['user', 'conversation', 'maintenance', 'admin'].map((key) => [key, ['s3:DeleteObject']])),
};
const CONNECTIONS = ['user', 'chat_stream', 'message', 'turn', 'extract', 'admin'];
/** Function → the functions that it invokes. */
const INVOKES = {
  ...Object.fromEntries(['chat', 'chat_stream', 'message', 'turn'].map((key) => [key, ['turn']])),
  file: ['extract'],
  user: ['mailer'],
  maintenance: ['turn', 'mailer'],
};

module.exports = async ({ resolveVariable, resolveConfigurationProperty }) => {
  const stage = await resolveVariable('sls:stage');
  const service = await resolveConfigurationProperty(['service']);
  const functions = Object.keys(await resolveConfigurationProperty(['functions']));
  const images = await resolveVariable('param:images');
  const network = await resolveVariable('param:network');
  const invokedName = async (key) => `${service}-${stage}-${key}${await resolveVariable('param:qualifier')}`;
  const Resources = {};
  for (const key of functions) {
    Resources[roleOf(key)] = role(key, [
      ...logs(`/aws/lambda/${service}-${stage}-${key}`),
      ...(network === 'none' ? [] : interfaces()),
      ...(IMAGES.includes(key) && images !== 'cos' ? await imageAccess(images, resolveVariable) : []),
      ...(key in SHARES ? await shareAccess(SHARES[key], resolveVariable) : []),
      ...(CONNECTIONS.includes(key) ? connections(stage) : []),
      ...invoke(await Promise.all((INVOKES[key] ?? []).map(invokedName))),
    ]);
  }
  return { Resources };
};

/** chat_stream → ChatStreamRole, as `role:` in serverless.yml names it. */
function roleOf(key) {
  return `${key.replace(/(^|_)([a-z])/g, (_match, _before, letter) => letter.toUpperCase())}Role`;
}

function role(key, statements) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: `What the function ${key} may do`,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: key, PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

function allow(Action, ...resources) {
  return { Effect: 'Allow', Action, Resource: resources.map((resource) => ({ 'Fn::Sub': resource })) };
}

/** The template creates the log group itself, with its retention. */
function logs(group) {
  return [
    allow(
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}:*`,
    ),
  ];
}

/** Network interfaces of a function in a VPC; EC2 does not support narrower resources for these actions. */
function interfaces() {
  const actions = ['Create', 'Delete', 'Describe'].map((verb) => `ec2:${verb}NetworkInterface${verb === 'Describe' ? 's' : ''}`);
  return [
    {
      Effect: 'Allow',
      Action: [...actions, 'ec2:DescribeSubnets', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
      Resource: '*',
    },
  ];
}

/** Includes the permission to list, with which a missing object is answered with 404 instead of 403. */
async function imageAccess(images, resolveVariable) {
  const bucket =
    images === 'new' ? '${ImageBucket.Arn}' : `arn:\${AWS::Partition}:s3:::${await resolveVariable('env:OBJECT_STORE_BUCKET')}`;
  return [
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `${bucket}/*`),
    allow(['s3:ListBucket'], bucket),
  ];
}

/** Listing is for the deletion of a prefix. */
async function shareAccess(actions, resolveVariable) {
  const name = await resolveVariable('param:siteBucket');
  if ((await resolveVariable('param:images')) === 'cos' || name === '') return [];
  const bucket = typeof name === 'string' ? `arn:\${AWS::Partition}:s3:::${name}` : '${SiteBucket.Arn}';
  return [
    allow(actions, `${bucket}/shares/*`),
    { ...allow(['s3:ListBucket'], bucket), Condition: { StringLike: { 's3:prefix': 'shares/*' } } },
  ];
}

function connections(stage) {
  return [
    allow(
      ['execute-api:ManageConnections'],
      `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${WebsocketsApi}/${stage}/*/@connections/*`,
    ),
  ];
}

function invoke(names) {
  const arns = names.map((name) => `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${name}`);
  return arns.length > 0 ? [allow(['lambda:InvokeFunction'], ...arns)] : [];
}
