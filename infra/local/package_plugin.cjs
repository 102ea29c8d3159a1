'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Packaging without a cloud account, and from existing archives of a release.
//
// After building the layers the CLI compares them with the deployed ones in CloudFormation, to save an upload. `package`
// deploys nothing, so the comparison is skipped there; `serverless deploy` still compares.
//
// With RELEASE in the environment, the functions' archives are those of a release (`python -m infra.release`), so
// that every stage gets the same archives.
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
