'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Packaging without a cloud account, and with archives that were built before.
//
// After building the layers the CLI asks CloudFormation whether the deployed ones are the same, to save an upload;
// nothing is deployed by `package`, so there is nothing to ask. `serverless deploy` still asks.
//
// With RELEASE in the environment, the functions' archives are those of a release (`python -m infra.release`), so
// that every stage gets the same.
class PackagePlugin {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.takeRelease(process.env.RELEASE),
      'before:package:compileLayers': () => this.skipComparison(),
    };
  }

  takeRelease(release) {
    if (!release) return;
    for (const [key, definition] of Object.entries(this.serverless.service.functions)) {
      const artifact = join(release, 'aws', `${key}.zip`);
      if (!existsSync(artifact)) throw new Error(`${artifact} is not there: run python -m infra.release`);
      definition.package = { artifact };
    }
  }

  skipComparison() {
    if (this.serverless.processedInput.commands[0] !== 'package') return;
    const compiler = this.serverless.pluginManager.plugins.find(
      (plugin) => plugin.constructor.name === 'AwsCompileLayers',
    );
    compiler.compareWithLastLayer = async () => {};
  }
}

module.exports = PackagePlugin;
