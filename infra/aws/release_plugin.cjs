'use strict';

// Atomic releases: every gateway, timer and invocation calls a function through its alias `live`.
//
// Lambda updates a function's code and then its configuration, so `$LATEST` runs new code with the previous layers for
// a while. A deploy therefore publishes a version of every function (code, layers and environment together, immutable),
// and moves the aliases when all versions exist: infra/decisions/0022-releases-are-published-versions-behind-an-alias.md
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');

const ALIAS = 'live';
// Moves first, because its new version runs the migrations before any other function changes.
const MIGRATES = 'maintenance';
/** Resource types whose content or address is part of a version. */
const RELEASED = /^AWS::(Lambda::(Function|LayerVersion)|RDS::|S3::|SecretsManager::)/;
/** Characters of a release's id: enough to be unique among the releases of a stage. */
const ID_LENGTH = 12;

class ReleasePlugin {
  constructor(serverless) {
    this.serverless = serverless;
    this.provider = serverless.getProvider('aws');
    this.snapStart = new Set();
    this.hooks = {
      'before:package:compileFunctions': () => this.addressAliases(),
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.addRelease(),
    };
  }

  /** serverless then builds every integration, permission and event target for the alias. */
  addressAliases() {
    for (const [key, definition] of this.functions()) {
      definition.targetAlias = { name: ALIAS, logicalId: this.aliasOf(key) };
      // serverless would use an alias of its own.
      if (definition.snapStart) this.snapStart.add(key);
      delete definition.snapStart;
    }
  }

  addRelease() {
    const resources = this.serverless.service.provider.compiledCloudFormationTemplate.Resources;
    for (const resource of Object.values(resources)) {
      // Earlier versions, and a deploy that CloudFormation rolls back, use the previous layers.
      if (resource.Type === 'AWS::Lambda::LayerVersion') resource.UpdateReplacePolicy = 'Retain';
    }
    for (const key of this.snapStart) {
      resources[this.functionOf(key)].Properties.SnapStart = { ApplyOn: 'PublishedVersions' };
    }
    const id = this.releaseId(resources);
    const keys = this.functions().map(([key]) => key);
    for (const key of keys) {
      // Lambda publishes a version only of a function that has changed: the id changes all of them together.
      resources[this.functionOf(key)].Properties.Environment.Variables.RELEASE_ID = id;
      resources[this.versionOf(key, id)] = {
        Type: 'AWS::Lambda::Version',
        // Earlier versions serve running streams, and a rollback. A failed deploy removes its own: publishing an
        // unchanged function again would fail.
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: { FunctionName: { Ref: this.functionOf(key) }, Description: id },
      };
      const waits = key === MIGRATES ? [] : keys.filter((other) => other !== key);
      resources[this.aliasOf(key)] = {
        Type: 'AWS::Lambda::Alias',
        ...(waits.length > 0 ? { DependsOn: waits.map((other) => this.versionOf(other, id)) } : {}),
        Properties: {
          FunctionName: { Ref: this.functionOf(key) },
          FunctionVersion: { 'Fn::GetAtt': [this.versionOf(key, id), 'Version'] },
          Name: ALIAS,
        },
      };
    }
  }

  /** The same for two packages of the same sources and settings. */
  releaseId(resources) {
    const hash = createHash('sha256');
    for (const name of Object.keys(resources).sort()) {
      const { Type, Properties } = resources[name];
      // The places of the archives contain the time of the package.
      if (RELEASED.test(Type)) hash.update(JSON.stringify([name, { ...Properties, Code: null, Content: null }]));
    }
    const { functions, layers } = this.serverless.service;
    for (const archive of [...Object.values(functions), ...Object.values(layers)]) {
      hash.update(createHash('sha256').update(readFileSync(archive.package.artifact)).digest());
    }
    return hash.digest('hex').slice(0, ID_LENGTH);
  }

  functions() {
    return Object.entries(this.serverless.service.functions);
  }

  functionOf(key) {
    return this.provider.naming.getLambdaLogicalId(key);
  }

  aliasOf(key) {
    return `${this.provider.naming.getNormalizedFunctionName(key)}LiveAlias`;
  }

  versionOf(key, id) {
    return `${this.provider.naming.getNormalizedFunctionName(key)}Version${id}`;
  }
}

module.exports = ReleasePlugin;
