'use strict';

// Database migrations as a CloudFormation custom resource: during the stack's update, the maintenance function runs them
// with its new code, after the database and its network exist and before any other function changes. If they fail, the
// update fails and rolls back.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
const { createHash } = require('node:crypto');
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const MIGRATIONS = join(__dirname, '..', 'migrations', 'versions');
const MAINTENANCE = 'MaintenanceLambdaFunction';
const ALIAS = 'MaintenanceLiveAlias';
const STEP = 'Migration';
/** Resources that the migration needs: the database's instance, and the routes by which it answers CloudFormation. */
const PREREQUISITES = [
  'AWS::RDS::DBInstance',
  'AWS::EC2::Route',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCEndpoint',
  'AWS::RDS::DBProxyTargetGroup',
];

class MigrationPlugin {
  constructor(serverless) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        addMigration(
          serverless.service.provider.compiledCloudFormationTemplate.Resources,
          serverless.service.custom.migration.account,
        );
      },
    };
  }
}

function addMigration(resources, account) {
  const functions = Object.keys(resources).filter((key) => resources[key].Type === 'AWS::Lambda::Function');
  for (const key of functions) {
    if (key !== MAINTENANCE) resources[key].DependsOn = [STEP, ...[resources[key].DependsOn ?? []].flat()];
  }
  const retries = Object.keys(resources).filter(
    (key) =>
      resources[key].Type === 'AWS::Lambda::EventInvokeConfig' &&
      JSON.stringify(resources[key].Properties.FunctionName).includes(MAINTENANCE),
  );
  resources[STEP] = {
    Type: 'Custom::Migration',
    DependsOn: [...Object.keys(resources).filter((key) => PREREQUISITES.includes(resources[key].Type)), ...retries],
    Properties: {
      // The alias has moved to the new version then; CloudFormation refuses a service token that changes.
      ServiceToken: { Ref: ALIAS },
      // Seconds: the function's timeout. Without it CloudFormation waits an hour for a crashed function.
      ServiceTimeout: resources[MAINTENANCE].Properties.Timeout,
      // CloudFormation runs the step again when a property has changed.
      Migrations: digest(),
      Account: account,
    },
  };
}

function digest() {
  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (name.endsWith('.py')) hash.update(`${name}\n`).update(readFileSync(join(MIGRATIONS, name)));
  }
  return hash.digest('hex').slice(0, 32);
}

module.exports = MigrationPlugin;
