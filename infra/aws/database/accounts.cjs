'use strict';

// Accounts of the database that the stack creates: the master account, with which the maintenance function migrates and
// creates the functions' account (infra/migrations/accounts.py), and that account, which reads and writes rows.
//
// Its name has a number (DATABASE_ACCOUNT). A password is changed by the next number: running instances keep the account
// before it.

const ADMIN = 'DatabaseSecret';
const CLUSTER = '${DatabaseCluster.Endpoint.Address}:${DatabaseCluster.Endpoint.Port}';
const PROXY = '${DatabaseProxy.Endpoint}:3306';

/** The secret's logical id contains the number: another number is another secret. */
async function account(resolveVariable) {
  const number = await resolveVariable('param:databaseAccount');
  if (!/^[1-9]\d{0,3}$/.test(number)) throw new Error('DATABASE_ACCOUNT must be a number from 1 to 9999');
  return { name: `chat_${number}`, secret: `DatabaseAccount${number}Secret` };
}

function urlOf(secret, host) {
  const field = (name) => `{{resolve:secretsmanager:\${${secret}}:SecretString:${name}}}`;
  return { 'Fn::Sub': `mysql+pymysql://${field('username')}:${field('password')}@${host}/chat?ssl_check_hostname=false` };
}

async function secretOf(resolveVariable) {
  const { name, secret } = await account(resolveVariable);
  return {
    [secret]: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Description: "The database's account of the functions",
        GenerateSecretString: {
          SecretStringTemplate: JSON.stringify({ username: name }),
          GenerateStringKey: 'password',
          PasswordLength: 40,
          // Without characters that a URL would need escaped.
          ExcludePunctuation: true,
        },
      },
    },
  };
}

async function proxyOf(resolveVariable) {
  const { secret } = await account(resolveVariable);
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: "Lets the proxy read the functions' account",
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'rds.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'secret',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [{ Ref: secret }] }],
          },
        },
      ],
    },
  };
  return {
    DatabaseProxyRole: role,
    DatabaseProxySecurityGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'The proxy, which the functions alone reach',
        VpcId: { Ref: 'Vpc' },
        SecurityGroupIngress: [
          {
            Description: 'The functions',
            IpProtocol: 'tcp',
            FromPort: 3306,
            ToPort: 3306,
            SourceSecurityGroupId: { Ref: 'FunctionsSecurityGroup' },
          },
        ],
      },
    },
    DatabaseProxyIngress: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        Description: 'The proxy',
        GroupId: { Ref: 'DatabaseSecurityGroup' },
        IpProtocol: 'tcp',
        FromPort: 3306,
        ToPort: 3306,
        SourceSecurityGroupId: { Ref: 'DatabaseProxySecurityGroup' },
      },
    },
    DatabaseProxy: {
      Type: 'AWS::RDS::DBProxy',
      Properties: {
        DBProxyName: { 'Fn::Sub': '${AWS::StackName}-database' },
        EngineFamily: 'MYSQL',
        RequireTLS: true,
        RoleArn: { 'Fn::GetAtt': ['DatabaseProxyRole', 'Arn'] },
        Auth: [{ AuthScheme: 'SECRETS', IAMAuth: 'DISABLED', SecretArn: { Ref: secret } }],
        VpcSubnetIds: [{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetB' }],
        VpcSecurityGroupIds: [{ Ref: 'DatabaseProxySecurityGroup' }],
      },
    },
    DatabaseProxyTarget: {
      Type: 'AWS::RDS::DBProxyTargetGroup',
      DependsOn: ['DatabaseInstance'],
      Properties: {
        DBProxyName: { Ref: 'DatabaseProxy' },
        TargetGroupName: 'default',
        DBClusterIdentifiers: [{ Ref: 'DatabaseCluster' }],
        ConnectionPoolConfigurationInfo: {
          MaxConnectionsPercent: 90,
          // Each connection of a function sets the same variables; otherwise each would keep one of the database's.
          SessionPinningFilters: ['EXCLUDE_VARIABLE_SETS'],
        },
      },
    },
  };
}

module.exports.url = async ({ resolveVariable }) => urlOf((await account(resolveVariable)).secret, CLUSTER);
module.exports.proxyUrl = async ({ resolveVariable }) => urlOf((await account(resolveVariable)).secret, PROXY);
module.exports.adminUrl = async () => urlOf(ADMIN, CLUSTER);
module.exports.template = async ({ resolveVariable }) => ({ Resources: await secretOf(resolveVariable) });
module.exports.proxy = async ({ resolveVariable }) => ({
  Resources: { ...(await secretOf(resolveVariable)), ...(await proxyOf(resolveVariable)) },
  extensions: {
    // Connections of the proxy keep it awake in any case.
    DatabaseCluster: { Properties: { ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 8 } } },
  },
});
