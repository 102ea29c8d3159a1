'use strict';

// Order of creation of resources that need the REST API's stage. serverless lets the Deployment create the stage, and
// gives the Deployment another logical id at every package, so that the template cannot name it.
const NEEDS_STAGE = ['AWS::ApiGateway::BasePathMapping', 'AWS::WAFv2::WebACLAssociation'];

class StagePlugin {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        orderAfterStage(serverless.service.provider.compiledCloudFormationTemplate.Resources);
      },
    };
  }
}

function orderAfterStage(resources) {
  const deployments = Object.keys(resources).filter((key) => resources[key].Type === 'AWS::ApiGateway::Deployment');
  for (const resource of Object.values(resources)) {
    if (NEEDS_STAGE.includes(resource.Type)) resource.DependsOn = deployments;
  }
}

module.exports = StagePlugin;
