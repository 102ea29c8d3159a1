'use strict';

// Bounds what all callers together may ask of the REST API. serverless has no setting for its stage, which it
// makes as a part of the deployment; there the bound is a stage's description:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-deployment-stagedescription.html
class ThrottlingPlugin {
  constructor(serverless) {
    this.hooks = {
      'after:package:compileEvents': () => {
        const { compiledCloudFormationTemplate } = serverless.service.provider;
        const { ratePerSecond, burst } = serverless.service.custom.throttling;
        for (const resource of Object.values(compiledCloudFormationTemplate.Resources)) {
          if (resource.Type !== 'AWS::ApiGateway::Deployment') continue;
          resource.Properties.StageDescription = { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst };
        }
      },
    };
  }
}

module.exports = ThrottlingPlugin;
