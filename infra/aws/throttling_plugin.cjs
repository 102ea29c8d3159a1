'use strict';

// Throttling (rate limit) of the REST API: requests per second and burst, of all callers together.
//
// It is set on the stage with UpdateStage after each deploy, as osls does for a stage's logs. The template cannot
// set it: serverless creates a new AWS::ApiGateway::Deployment at every deploy, and CloudFormation refuses a
// StageDescription on a Deployment whose stage exists; a Stage resource would collide with the stage that the first
// Deployment created.
// https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html
const { APIGatewayClient, UpdateStageCommand } = require('@aws-sdk/client-api-gateway');
const { DescribeStackResourceCommand } = require('@aws-sdk/client-cloudformation');

class ThrottlingPlugin {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { 'after:deploy:deploy': () => this.throttleStage() };
  }

  /** Sets the same values at every deploy, also at one that changes nothing else. */
  async throttleStage() {
    const provider = this.serverless.getProvider('aws');
    const { ratePerSecond, burst } = this.serverless.service.custom.throttling;
    const gateway = new APIGatewayClient(await provider.getAwsSdkV3Config());
    await gateway.send(
      new UpdateStageCommand({
        restApiId: await restApiId(provider),
        stageName: provider.getApiGatewayStage(),
        // `*/*`: every method of every resource.
        patchOperations: [
          { op: 'replace', path: '/*/*/throttling/rateLimit', value: String(ratePerSecond) },
          { op: 'replace', path: '/*/*/throttling/burstLimit', value: String(burst) },
        ],
      }),
    );
  }
}

async function restApiId(provider) {
  const cloudFormation = await provider.getCloudFormationClient();
  const { StackResourceDetail } = await cloudFormation.send(
    new DescribeStackResourceCommand({
      StackName: provider.naming.getStackName(),
      LogicalResourceId: provider.naming.getRestApiLogicalId(),
    }),
  );
  return StackResourceDetail.PhysicalResourceId;
}

module.exports = ThrottlingPlugin;
