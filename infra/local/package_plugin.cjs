'use strict';

// `serverless package` without a cloud account. After building the layers the CLI asks CloudFormation
// whether the deployed ones are the same, to save an upload; nothing is deployed by `package`, so
// there is nothing to ask. `serverless deploy` still asks.
class PackagePlugin {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      'before:package:compileLayers': () => this.skipComparison(),
    };
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
