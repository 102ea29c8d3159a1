'use strict';

// Alarms, each with an entry in the runbook of infra/README.md. Off unless ALARMS says so: they are paid by the month.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html

// Those that both clouds have: counts, milliseconds to a first token, per cent of what a database may have.
const thresholds = require('../alarm_thresholds.json');

module.exports = async ({ resolveVariable, resolveConfigurationProperty }) => {
  const alarms = await resolveVariable('param:alarms');
  if (alarms === 'none') return {};
  const stage = await resolveVariable('sls:stage');
  const service = await resolveConfigurationProperty(['service']);
  const functions = Object.keys(await resolveConfigurationProperty(['functions']));
  const namespace = await resolveVariable('param:metricsNamespace');
  const hasCluster = (await resolveVariable('param:database')) === 'new';
  const prefix = `${service}-${stage}`;
  const watched = [
    ...functions.flatMap((key) => ofFunction(key, `${prefix}-${key}`)),
    ...ofGateways(prefix, stage),
    ...ofTurns(namespace),
    ...(hasCluster ? ofDatabase() : []),
  ];
  const topic = alarms === 'new' ? { Ref: 'AlarmTopic' } : await resolveVariable('env:ALARM_TOPIC_ARN');
  return {
    Resources: {
      ...(alarms === 'new' ? newTopic(prefix, await resolveVariable('env:ALARM_EMAIL')) : {}),
      ...Object.fromEntries(watched.map((alarm) => [resourceName(alarm.name), resource(prefix, topic, alarm)])),
    },
  };
};

const MINUTES = 60;

function ofFunction(key, functionName) {
  const metric = { Namespace: 'AWS/Lambda', Dimensions: dimensions({ FunctionName: functionName }) };
  return [
    {
      name: `errors-${key}`,
      about: `The function ${key} crashed, ran out of memory or ran out of time.`,
      metric: { ...metric, MetricName: 'Errors', Statistic: 'Sum' },
      atLeast: thresholds.errors,
    },
    {
      name: `throttles-${key}`,
      about: `Calls of the function ${key} were refused: the account has no concurrency left.`,
      metric: { ...metric, MetricName: 'Throttles', Statistic: 'Sum' },
      atLeast: thresholds.throttles,
    },
  ];
}

function ofGateways(prefix, stage) {
  return [
    {
      name: 'gateway-http',
      about: 'Calls over HTTP were answered with 5xx.',
      metric: {
        Namespace: 'AWS/ApiGateway',
        MetricName: '5XXError',
        Statistic: 'Sum',
        Dimensions: dimensions({ ApiName: prefix, Stage: stage }),
      },
      atLeast: thresholds['gateway-http'],
    },
    {
      // Not IntegrationError, which also counts handshakes that were refused as they should be.
      name: 'gateway-websocket',
      about: 'The WebSocket gateway could not call a function, or had no answer in time.',
      metric: {
        Namespace: 'AWS/ApiGateway',
        MetricName: 'ExecutionError',
        Statistic: 'Sum',
        Dimensions: dimensions({ ApiId: { Ref: 'WebsocketsApi' }, Stage: stage }),
      },
      atLeast: 5,
    },
  ];
}

/** What the functions say of themselves: shared/metrics.py. */
function ofTurns(namespace) {
  return [
    {
      name: 'stuck-turns',
      about: 'Replies were left behind by processes that died.',
      metric: { Namespace: namespace, MetricName: 'stuck_turns', Statistic: 'Sum' },
      // One is an instance that the platform took away; its reply waits for its user to continue it.
      atLeast: thresholds['stuck-turns'],
      period: 15 * MINUTES,
    },
    {
      name: 'slow-first-token',
      about: 'One reply in twenty took more than ten seconds to its first word.',
      metric: { Namespace: namespace, MetricName: 'first_token_ms', ExtendedStatistic: 'p95' },
      atLeast: thresholds['slow-first-token'],
      periods: 3,
      // The 95th percentile of three turns is one slow model.
      more: { EvaluateLowSampleCountPercentile: 'ignore' },
    },
  ];
}

// What Aurora allows a cluster of at most 4 capacity units:
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
const DATABASE_CONNECTIONS = 135;

function ofDatabase() {
  const metric = { Namespace: 'AWS/RDS', Dimensions: dimensions({ DBClusterIdentifier: { Ref: 'DatabaseCluster' } }) };
  return [
    {
      name: 'database-connections',
      about: 'The database has few connections left.',
      metric: { ...metric, MetricName: 'DatabaseConnections', Statistic: 'Maximum' },
      atLeast: Math.floor((DATABASE_CONNECTIONS * thresholds['database-connections']) / 100),
      periods: 2,
    },
    {
      name: 'database-capacity',
      about: 'The database is at the most capacity it may have.',
      metric: { ...metric, MetricName: 'ACUUtilization', Statistic: 'Average' },
      atLeast: thresholds['database-capacity'],
      periods: 3,
    },
  ];
}

function resource(prefix, topic, { name, about, metric, atLeast, period = 5 * MINUTES, periods = 1, more = {} }) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `${prefix}-${name}`,
      AlarmDescription: `${about} What to do: the runbook in infra/README.md.`,
      ...metric,
      Period: period,
      EvaluationPeriods: periods,
      Threshold: atLeast,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      // Nobody chats.
      TreatMissingData: 'notBreaching',
      AlarmActions: [topic],
      OKActions: [topic],
      ...more,
    },
  };
}

function newTopic(prefix, email) {
  return {
    AlarmTopic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: `${prefix}-alarms` } },
    AlarmSubscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: email },
    },
  };
}

/** errors-chat_stream → AlarmErrorsChatStream */
function resourceName(name) {
  return `Alarm${name.replace(/(?:^|[-_])([a-z])/g, (_match, letter) => letter.toUpperCase())}`;
}

function dimensions(values) {
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}
