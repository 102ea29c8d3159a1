'use strict';

// CloudWatch alarms, each with an entry in the runbook of infra/README.md. Off by default (ALARMS): they have a monthly price.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html

// Shared with Tencent Cloud: counts, milliseconds to the first token, per cent of the database's maximum.
const thresholds = require('../alarm_thresholds.json');

module.exports = async ({ resolveVariable, resolveConfigurationProperty }) => {
  const alarms = await resolveVariable('param:alarms');
  if (alarms === 'none') return {};
  const stage = await resolveVariable('sls:stage');
  const service = await resolveConfigurationProperty(['service']);
  const functions = Object.keys(await resolveConfigurationProperty(['functions']));
  const namespace = await resolveVariable('param:metricsNamespace');
  const hasCluster = (await resolveVariable('param:database')) !== 'existing';
  const prefix = `${service}-${stage}`;
  const watchedMetrics = [
    ...functions.flatMap((key) => ofFunction(key, `${prefix}-${key}`)),
    ...ofGateways(prefix, stage),
    ...ofTurns(namespace),
    ...(hasCluster ? ofDatabase() : []),
  ];
  const topic = alarms === 'new' ? { Ref: 'AlarmTopic' } : await resolveVariable('env:ALARM_TOPIC_ARN');
  return {
    Resources: {
      ...(alarms === 'new' ? newTopic(prefix, await resolveVariable('env:ALARM_EMAIL')) : {}),
      ...Object.fromEntries(watchedMetrics.map((alarm) => [resourceName(alarm.name), resource(prefix, topic, alarm)])),
    },
  };
};

const MINUTES = 60;

function ofFunction(key, functionName) {
  const metric = { Namespace: 'AWS/Lambda', Dimensions: dimensions({ FunctionName: functionName }) };
  return [
    {
      name: `errors-${key}`,
      about: `The function ${key} crashed, ran out of memory or timed out.`,
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
      // Not IntegrationError, which also counts rightly refused handshakes.
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

/** Alarms on the functions' own metrics: shared/metrics.py. */
function ofTurns(namespace) {
  return [
    {
      name: 'stuck-turns',
      about: 'Replies were left behind by processes that died.',
      metric: { Namespace: namespace, MetricName: 'stuck_turns', Statistic: 'Sum' },
      // A single one can be an instance that the platform stopped; the user can continue its reply.
      atLeast: thresholds['stuck-turns'],
      period: 15 * MINUTES,
    },
    {
      name: 'slow-first-token',
      about: 'One reply in twenty took more than ten seconds to its first word.',
      metric: { Namespace: namespace, MetricName: 'first_token_ms', ExtendedStatistic: 'p95' },
      atLeast: thresholds['slow-first-token'],
      periods: 3,
      // A single slow model would dominate the 95th percentile of a few turns.
      more: { EvaluateLowSampleCountPercentile: 'ignore' },
    },
  ];
}

// Maximum connections of an Aurora cluster of at most 8 capacity units:
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
const DATABASE_CONNECTIONS = 1000;

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
      // No data means that nobody chats.
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
