"""The CloudFormation template and archives of `serverless package`, without an account or network."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from infra.openapi import APPS
from layers.build import layer_file
from shared.metrics import UNITS
from tests.support.aws_package import Package, make_package, package_of, run_serverless
from tests.support.stack import ROOT

WEBSOCKET_FUNCTIONS = ("connect", "disconnect", "message", "turn")
FUNCTIONS = (*APPS, *WEBSOCKET_FUNCTIONS, "mailer", "extract", "maintenance")
CONNECTION_FUNCTIONS = ("user", "chat_stream", "message", "turn", "extract", "admin")
# Seconds; of the others the gateway's limit.
LONGEST = {"chat_stream": 900, "turn": 900, "maintenance": 900, "extract": 120, "mailer": 120}
IMAGE_FUNCTIONS = (
    "user",
    "conversation",
    "chat",
    "chat_stream",
    "message",
    "turn",
    "maintenance",
    "file",
    "extract",
    "share",
    "admin",
)
# Functions that verify access tokens.
TOKEN_FUNCTIONS = (*APPS, "connect")
SECRETS = (
    "DATABASE_URL",
    "DATABASE_ADMIN_URL",
    "JWT_KEYS",
    "API_KEY_ENCRYPTION_KEYS",
    "OBJECT_STORE_SECRET_ACCESS_KEY",
)

# Resource types that are charged by use, or free.
FREE_WHILE_IDLE = {
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",  # Gateway endpoints; interface endpoints, billed by the hour, are excluded below.
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::Events::Rule",
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::VPCCidrBlock",
    "AWS::IAM::Role",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "Custom::Migration",  # One invocation per deploy.
}
DECISION = ROOT / "infra/decisions/0006-idle-cost-on-aws.md"

# Settings of a deploy with existing resources, and of one with paid options.
BRINGS_ITS_OWN = {
    "NETWORK": "existing",
    "SECURITY_GROUP_IDS": "sg-0123456789abcdef0",
    "SUBNET_IDS": "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
    "DATABASE": "existing",
    "IMAGES": "cos",
    "OBJECT_STORE_BUCKET": "images-1250000000",
    "CORS_ORIGINS": "https://chat.example.com",
    "ALARMS": "existing",
    "ALARM_TOPIC_ARN": "arn:aws:sns:ap-southeast-1:123456789012:on-call",
}
WITHOUT_A_NETWORK = {
    "NETWORK": "none",
    "DATABASE": "existing",
    "IMAGES": "existing",
    "OBJECT_STORE_BUCKET": "images-of-ours",
    "SITE": "new",
    "SNAP_START": "true",
    "ARCHITECTURE": "arm64",
}
NEW_ALARMS = {"ALARMS": "new", "ALARM_EMAIL": "on-call@example.com"}
WITH_ALARMS = {**NEW_ALARMS, "NETWORK": "nat-gateway"}
WITH_PROXY = {"NETWORK": "ipv6", "DATABASE": "proxy", "WAF": "rate", "RESERVED_CONCURRENCY": "none", **NEW_ALARMS}
WITH_DOMAINS = {
    "SITE": "new",
    "DOMAIN": "own",
    "API_DOMAIN": "api.example.com",
    "API_BASE_PATH": "v1",
    "WEBSOCKET_DOMAIN": "live.example.com",
    "CERTIFICATE_ARN": "arn:aws:acm:ap-southeast-1:123456789012:certificate/regional",
    "SITE_DOMAIN": "chat.example.com",
    "SITE_CERTIFICATE_ARN": "arn:aws:acm:us-east-1:123456789012:certificate/of-cloudfront",
    "CORS_ORIGINS": "https://old.example.com",
    "DATABASE_ACCOUNT": "2",
}
SETTINGS = {
    "new": {},
    "own": BRINGS_ITS_OWN,
    "no network": WITHOUT_A_NETWORK,
    "alarms": WITH_ALARMS,
    "proxy": WITH_PROXY,
    "domains": WITH_DOMAINS,
}
each_setting = pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)


@pytest.fixture(scope="module")
def package_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Package]:
    return partial(package_of, tmp_path_factory)


@pytest.fixture
def package(package_with: Callable[..., Package]) -> Package:
    return package_with()


@pytest.mark.parametrize("function", APPS)
def test_an_archive_holds_the_functions_own_folder_and_nothing_else(package: Package, function: str) -> None:
    files = package.files(function)

    assert any(name.endswith(("handler.py", "run.sh")) for name in files)
    assert all(name.startswith(f"functions/{function}/") for name in files)
    assert not any("__pycache__" in name for name in files)


def test_migrations_are_in_the_archive_of_the_function_that_runs_them(package: Package) -> None:
    files = package.files("maintenance")
    layers = [layer["Ref"] for layer in package.function("maintenance")["Layers"]]

    assert {"infra/migrations/migrate.py", "infra/migrations/versions/0001_the_first_tables.py"} <= set(files)
    assert not [name for name in files if not name.startswith(("functions/maintenance/", "infra/"))]
    # The operator's commands, without those that are run elsewhere.
    assert {name for name in files if name.startswith("infra/") and "/migrations/" not in name} == {
        "infra/__init__.py",
        "infra/manage.py",
    }
    assert "MigrateLambdaLayer" in layers


@pytest.mark.parametrize("settings", [{}, BRINGS_ITS_OWN, WITHOUT_A_NETWORK], ids=["new", "own", "no network"])
def test_the_database_is_migrated_by_new_code_before_any_other_function_changes(
    package_with: Callable[..., Package], settings: dict[str, str]
) -> None:
    package = package_with(**settings)
    functions = {name for name, item in package.resources.items() if item["Type"] == "AWS::Lambda::Function"}
    before = package.waits_for("Migration")

    assert len(functions) == len(FUNCTIONS)
    assert before & functions == {"MaintenanceLambdaFunction"}
    assert package.resources["Migration"]["Properties"]["ServiceToken"] == {"Ref": "MaintenanceLiveAlias"}
    assert {"MigrateLambdaLayer", "SharedLambdaLayer", "DependenciesLambdaLayer"} <= before
    for name in functions - {"MaintenanceLambdaFunction"}:
        assert "Migration" in package.waits_for(name)


def test_at_the_first_deploy_the_database_is_there_before_it_is_migrated(package: Package) -> None:
    reached_by = {
        name
        for name, item in package.resources.items()
        if item["Type"] in ("AWS::RDS::DBInstance", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation")
    }

    assert {"DatabaseInstance", "PrivateRoute"} <= reached_by <= package.waits_for("Migration")


def test_the_migration_step_runs_for_new_migrations_without_retries(package: Package, tmp_path: Path) -> None:
    step = package.resources["Migration"]["Properties"]
    script = (
        "const p = require(process.argv[1]); const r = JSON.parse(process.argv[2]); "
        "const service = {provider: {compiledCloudFormationTemplate: {Resources: r}}, custom: {migration: {}}}; "
        "new p({service})"
        ".hooks['after:aws:package:finalize:mergeCustomProviderResources'](); "
        "console.log(r.Migration.Properties.Migrations)"
    )
    shutil.copytree(ROOT / "infra/migrations", tmp_path / "migrations")
    shutil.copytree(ROOT / "infra/aws", tmp_path / "aws")
    resources = {"MaintenanceLambdaFunction": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 900}}}

    def digest() -> str:
        command = ["node", "-e", script, str(tmp_path / "aws/migration_plugin.cjs"), json.dumps(resources)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert digest() == step["Migrations"]
    (tmp_path / "migrations/versions/9999_new.py").write_text("revision = '9999'")
    assert digest() != step["Migrations"]
    assert step["ServiceTimeout"] == package.function("maintenance")["Timeout"]
    assert "MaintenanceLambdaEvConf" in package.waits_for("Migration")


def test_the_sweep_runs_once_a_day_and_polls_run_every_five_minutes(package: Package) -> None:
    rules = package.of_type("AWS::Events::Rule")

    inputs = {rule["ScheduleExpression"]: [json.loads(target["Input"]) for target in rule["Targets"]] for rule in rules}
    assert inputs == {"cron(17 19 * * ? *)": [{"task": "sweep"}], "rate(5 minutes)": [{"task": "poll_tasks"}]}


def test_the_start_command_is_executable_in_its_archive(package: Package) -> None:
    with ZipFile(package.folder / "chat_stream.zip") as content:
        mode = content.getinfo("functions/chat_stream/run.sh").external_attr >> 16

    assert mode & 0o111 == 0o111


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_only_the_layers_it_needs(package: Package, function: str) -> None:
    layers = [layer["Ref"] for layer in package.function(function)["Layers"] if isinstance(layer, dict)]

    assert layers[0] == "DependenciesLambdaLayer"
    assert layers[-1] == "SharedLambdaLayer"
    # Titles come from a model, configs are tested by calling their model, and tool servers by connecting to them. The
    # operator's page compares the servers of models. Sign-in calls its providers.
    calling = ("model_config", "conversation", "chat_stream", "tool", "turn", "admin", "user")
    assert ("ChatLambdaLayer" in layers) == (function in calling)
    assert ("OpenaiLambdaLayer" in layers) == (function == "model_config")
    assert ("DocumentsLambdaLayer" in layers) == (function == "extract")
    assert ("PasskeysLambdaLayer" in layers) == (function == "user")
    # Lambda's limit: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    assert len(package.function(function)["Layers"]) <= 5
    # Functions with the encryption keys have the layer for them.
    assert ("EncryptionLambdaLayer" in layers) == (
        "API_KEY_ENCRYPTION_KEYS" in package.function(function)["Environment"]["Variables"]
    )


def test_the_streaming_function_streams_for_as_long_as_it_may_run(package: Package) -> None:
    function = package.function("chat_stream")
    streamed = [
        method["Integration"]
        for method in package.of_type("AWS::ApiGateway::Method")
        if method["Integration"].get("ResponseTransferMode") == "STREAM"
    ]

    assert len(streamed) == 5
    assert {item["TimeoutInMillis"] for item in streamed} == {function["Timeout"] * 1000}
    assert all("ChatUnderscorestream" in json.dumps(item["Uri"]) for item in streamed)
    assert function["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/bootstrap"
    assert [layer for layer in function["Layers"] if "LambdaAdapterLayerX86" in str(layer)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_its_own_limits_and_its_secrets_by_reference(package: Package, function: str) -> None:
    properties = package.function(function)
    variables = properties["Environment"]["Variables"]

    assert properties["Timeout"] <= (
        900 if function in ("chat_stream", "turn", "maintenance") else 120 if function in ("extract", "mailer") else 29
    )
    assert variables["STAGE"] == "prod"
    for name in SECRETS:
        text = json.dumps(variables.get(name, ""))
        assert text == '""' or re.match(r'^(\{"Fn::Sub": )?"(mysql\+pymysql://)?\{\{resolve:secretsmanager:', text), (
            name
        )
    assert "DATABASE_URL" in variables
    assert ("JWT_KEYS" in variables) == (function in TOKEN_FUNCTIONS)
    assert len(json.dumps(variables)) < 4096


def test_the_template_holds_no_value_of_a_secret(package: Package) -> None:
    secret = package.resources["DatabaseSecret"]["Properties"]
    cluster = package.resources["DatabaseCluster"]["Properties"]

    assert "SecretString" not in secret
    assert "resolve:secretsmanager" in json.dumps(cluster["MasterUserPassword"])


# They invoke the worker for turns that they do not run.
HANDING_OVER = ("chat", "chat_stream", "message", "turn", "maintenance")


def test_each_function_has_a_role_of_its_own_that_allows_what_it_does(package: Package) -> None:
    roles = {function: package.function(function)["Role"]["Fn::GetAtt"][0] for function in FUNCTIONS}
    assert len(set(roles.values())) == len(FUNCTIONS)

    for function in FUNCTIONS:
        allowed = package.permissions(function)
        assert f"/aws/lambda/chat-prod-{function}:" in allowed.pop("logs:PutLogEvents")[0]
        assert ("execute-api:ManageConnections" in allowed) == (function in CONNECTION_FUNCTIONS)
        if "execute-api:ManageConnections" in allowed:
            # POST sends a frame, DELETE closes a connection.
            assert "/prod/*/@connections/*" in allowed["execute-api:ManageConnections"][0]
        assert ("lambda:InvokeFunction" in allowed) == (function in (*HANDING_OVER, "file", "user"))
        assert ("s3:GetObject" in allowed) == (function in IMAGE_FUNCTIONS)
        assert not [action for action in allowed if "*" in action]
        wide = {action for action, resources in allowed.items() if '"*"' in resources}
        assert all(action.startswith("ec2:") for action in wide)
    for function in HANDING_OVER:
        assert "function:chat-prod-turn:live" in package.permissions(function)["lambda:InvokeFunction"][0]
        assert package.function(function)["Environment"]["Variables"]["TURN_FUNCTION_NAME"] == "chat-prod-turn:live"
    assert "function:chat-prod-extract:live" in package.permissions("file")["lambda:InvokeFunction"][0]
    for function in ("user", "maintenance"):
        assert "function:chat-prod-mailer:live" in package.permissions(function)["lambda:InvokeFunction"][-1]
        assert package.function(function)["Environment"]["Variables"]["MAIL_FUNCTION_NAME"] == "chat-prod-mailer:live"


def test_logs_are_kept_for_a_time(package: Package) -> None:
    groups = package.of_type("AWS::Logs::LogGroup")

    assert len(groups) == len(package.of_type("AWS::Lambda::Function"))
    assert {group["RetentionInDays"] for group in groups} == {30}


def test_the_websocket_gateway_is_throttled(package: Package) -> None:
    (websocket,) = package.of_type("AWS::ApiGatewayV2::Stage")

    assert websocket["DefaultRouteSettings"] == {"ThrottlingRateLimit": 500, "ThrottlingBurstLimit": 1000}


def test_a_second_package_of_the_same_sources_changes_nothing_but_the_deployment(
    package: Package, tmp_path: Path
) -> None:
    """CloudFormation refuses a new Deployment with a StageDescription when its stage exists, and it would move every
    alias for a release without a change."""
    again = make_package(tmp_path)
    changed = {
        name
        for name in package.resources.keys() | again.resources.keys()
        if without_archive_keys(package.resources.get(name)) != without_archive_keys(again.resources.get(name))
    }

    kinds = {(package if name in package.resources else again).resources[name]["Type"] for name in changed}
    assert kinds <= {"AWS::ApiGateway::Deployment", "AWS::ApiGatewayV2::Deployment", "AWS::ApiGatewayV2::Stage"}
    (deployment,) = again.of_type("AWS::ApiGateway::Deployment")
    assert "StageDescription" not in deployment


def without_archive_keys(resource: Any) -> Any:
    """A resource without the keys of its archives, which contain the time of the package."""
    return re.sub(r'"S3Key": "[^"]*"', "", json.dumps(resource))


# Releases: published versions behind an alias.


def test_every_caller_invokes_the_alias(package: Package) -> None:
    targets = [
        *(item["IntegrationUri"] for item in package.of_type("AWS::ApiGatewayV2::Integration")),
        *(
            item["Integration"]["Uri"]
            for item in package.of_type("AWS::ApiGateway::Method")
            if "Uri" in item["Integration"]
        ),
        *(target["Arn"] for rule in package.of_type("AWS::Events::Rule") for target in rule["Targets"]),
        *(item["FunctionName"] for item in package.of_type("AWS::Lambda::Permission")),
    ]

    assert len(targets) > 20
    assert [target for target in targets if '"live"' not in json.dumps(target)] == []
    # Retries are configured for what is invoked.
    assert {item["Qualifier"] for item in package.of_type("AWS::Lambda::EventInvokeConfig")} == {"live"}


@each_setting
def test_aliases_move_when_every_function_has_its_version(
    package_with: Callable[..., Package], settings: dict[str, str]
) -> None:
    package = package_with(**settings)
    versions = {name for name, item in package.resources.items() if item["Type"] == "AWS::Lambda::Version"}
    aliases = {name for name, item in package.resources.items() if item["Type"] == "AWS::Lambda::Alias"}

    assert len(versions) == len(aliases) == len(FUNCTIONS)
    for alias in aliases - {"MaintenanceLiveAlias"}:
        assert versions <= package.waits_for(alias)
        assert "Migration" in package.waits_for(alias)


def test_earlier_versions_and_layers_outlive_a_release_and_a_failed_deploy_removes_its_own(package: Package) -> None:
    """Publishing a function that has not changed since its last version is an error."""
    (release,) = {item["Environment"]["Variables"]["RELEASE_ID"] for item in package.of_type("AWS::Lambda::Function")}
    for item in package.resources.values():
        if item["Type"] == "AWS::Lambda::Version":
            assert (item["DeletionPolicy"], item["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
            assert item["Properties"]["Description"] == release
        if item["Type"] == "AWS::Lambda::LayerVersion":
            assert item["UpdateReplacePolicy"] == "Retain"


def test_other_settings_are_another_release(package_with: Callable[..., Package]) -> None:
    def release(package: Package) -> str:
        return str(package.function("user")["Environment"]["Variables"]["RELEASE_ID"])

    assert release(package_with()) != release(package_with(**WITH_DOMAINS))


def test_the_gateways_own_errors_have_the_contracts_format(package: Package) -> None:
    responses = package.of_type("AWS::ApiGateway::GatewayResponse")
    codes = {}
    for response in responses:
        error = json.loads(response["ResponseTemplates"]["application/json"])["error"]
        assert error["request_id"] == "$context.requestId"
        assert response["ResponseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
        codes[response["ResponseType"]] = (response.get("StatusCode"), error["code"])

    assert codes["THROTTLED"] == ("429", "rate_limited")
    assert codes["REQUEST_TOO_LARGE"] == ("413", "payload_too_large")
    assert codes["MISSING_AUTHENTICATION_TOKEN"] == ("404", "not_found")
    assert codes["DEFAULT_5XX"] == (None, "internal_error")


def test_images_are_in_a_private_bucket(package: Package) -> None:
    bucket = package.resources["ImageBucket"]["Properties"]
    policy = package.resources["ImageBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert [statement["Effect"] for statement in policy] == ["Deny"]
    # Deleted with a failed first deploy.
    assert package.resources["ImageBucket"]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_database_pauses_is_private_and_outlives_the_stack(package: Package) -> None:
    cluster = package.resources["DatabaseCluster"]
    scaling = cluster["Properties"]["ServerlessV2ScalingConfiguration"]
    ingress = package.resources["DatabaseSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    parameters = package.resources["DatabaseParameters"]["Properties"]["Parameters"]
    recycle = package.function("user")["Environment"]["Variables"]["DATABASE_POOL_RECYCLE_SECONDS"]

    assert (scaling["MinCapacity"], scaling["MaxCapacity"]) == (0, 8)
    assert [rule["SourceSecurityGroupId"] for rule in ingress] == [{"Ref": "FunctionsSecurityGroup"}]
    assert cluster["DeletionPolicy"] == "Snapshot"
    assert cluster["Properties"]["DeletionProtection"]
    assert int(recycle) < int(parameters["wait_timeout"])


def test_the_databases_certificate_is_of_the_authority_that_functions_trust(
    package_with: Callable[..., Package],
) -> None:
    package = package_with()
    instance = package.resources["DatabaseInstance"]["Properties"]
    with ZipFile(layer_file("aws-x86_64", "shared")) as layer:
        roots = layer.read("python/shared/db/rds_ca.pem").decode()

    assert instance["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
    assert roots.count("RSA2048 G1") == roots.count("BEGIN CERTIFICATE")
    assert package.function("user")["Environment"]["Variables"]["DATABASE_AUTHORITIES"] == "rds"
    own = package_with(**BRINGS_ITS_OWN).function("user")["Environment"]["Variables"]
    assert own["DATABASE_AUTHORITIES"] == "none"


@each_setting
def test_idle_costs_are_only_those_of_decision_0006(
    package_with: Callable[..., Package], settings: dict[str, str]
) -> None:
    package = package_with(**settings)
    decided = set(re.findall(r"`(AWS::[A-Za-z0-9:]+)`", DECISION.read_text()))

    assert package.types <= FREE_WHILE_IDLE | decided
    assert FREE_WHILE_IDLE & decided == set()
    for function in package.of_type("AWS::Lambda::Function"):
        assert ("SnapStart" in function) <= ("SNAP_START" in settings)
    assert bool(package.of_type("AWS::CloudWatch::Alarm")) == ("ALARMS" in settings)
    assert "ProvisionedConcurrencyConfig" not in package.template_file.read_text()
    assert all(
        endpoint.get("VpcEndpointType", "Gateway") == "Gateway" for endpoint in package.of_type("AWS::EC2::VPCEndpoint")
    )
    assert not [api for api in package.of_type("AWS::ApiGateway::Deployment") if "CacheClusterEnabled" in str(api)]


def alarms_of(package: Package) -> dict[str, dict[str, Any]]:
    """Name without the stage's prefix → alarm."""
    alarms = package.of_type("AWS::CloudWatch::Alarm")
    assert all(alarm["AlarmName"].startswith("chat-prod-") for alarm in alarms)
    return {alarm["AlarmName"].removeprefix("chat-prod-"): alarm for alarm in alarms}


def dimensions_of(alarm: dict[str, Any]) -> dict[str, Any]:
    return {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}


def test_every_function_has_alarms_for_errors_and_throttles(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_ALARMS)
    alarms = alarms_of(package)

    for function in FUNCTIONS:
        for kind, metric in (("errors", "Errors"), ("throttles", "Throttles")):
            alarm = alarms[f"{kind}-{function}"]
            assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", metric)
            assert dimensions_of(alarm) == {"FunctionName": package.function(function)["FunctionName"]}


def test_alarms_use_existing_metrics(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_ALARMS)
    alarms = alarms_of(package)
    (rest,) = package.of_type("AWS::ApiGateway::RestApi")

    assert dimensions_of(alarms["gateway-http"]) == {"ApiName": rest["Name"], "Stage": "prod"}
    assert dimensions_of(alarms["gateway-websocket"]) == {"ApiId": {"Ref": "WebsocketsApi"}, "Stage": "prod"}
    for name in ("stuck-turns", "slow-first-token"):
        assert alarms[name]["MetricName"] in UNITS
        assert alarms[name]["Namespace"] == package.function("turn")["Environment"]["Variables"]["METRICS_NAMESPACE"]
    for name in ("database-connections", "database-capacity"):
        assert dimensions_of(alarms[name]) == {"DBClusterIdentifier": {"Ref": "DatabaseCluster"}}
    references = {value["Ref"] for alarm in alarms.values() for value in find_references(alarm)}
    assert references <= package.resources.keys()


def find_references(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value] if "Ref" in value else [found for item in value.values() for found in find_references(item)]
    return [found for item in value for found in find_references(item)] if isinstance(value, list) else []


def test_alarms_are_silent_without_data_and_notify_the_operator(
    package_with: Callable[..., Package],
) -> None:
    told: dict[str, Any] = {"new": {"Ref": "AlarmTopic"}, "own": BRINGS_ITS_OWN["ALARM_TOPIC_ARN"]}
    for name, topic in told.items():
        for alarm in alarms_of(package_with(**SETTINGS["alarms" if name == "new" else name])).values():
            assert alarm["TreatMissingData"] == "notBreaching"
            assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
    (subscription,) = package_with(**WITH_ALARMS).of_type("AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", WITH_ALARMS["ALARM_EMAIL"])


def test_an_existing_database_has_no_alarms_of_the_stack(package_with: Callable[..., Package]) -> None:
    assert not [name for name in alarms_of(package_with(**BRINGS_ITS_OWN)) if name.startswith("database")]


def test_a_database_behind_a_proxy_has_alarms(package_with: Callable[..., Package]) -> None:
    assert {"database-connections", "database-capacity"} <= alarms_of(package_with(**WITH_PROXY)).keys()


def test_each_alarm_has_an_entry_in_the_runbook(package_with: Callable[..., Package]) -> None:
    guide = (ROOT / "infra/README.md").read_text(encoding="utf-8")
    runbook = guide.partition("\n## Runbook\n")[2].partition("\n## ")[0]
    entries = dict(re.findall(r"^### (\S+)\n(.*?)(?=^### |\Z)", runbook, re.M | re.S))
    functions = "|".join(FUNCTIONS)

    kinds = {re.sub(rf"-({functions})$", "", name) for name in alarms_of(package_with(**WITH_ALARMS))}
    assert kinds == entries.keys()
    assert [kind for kind, entry in entries.items() if not re.search(r"^- Check: .*^- Fix: ", entry, re.M | re.S)] == []
    assert set(re.findall(r"\]\(#([\w-]+)\)", runbook)) <= entries.keys()


def test_existing_resources_are_not_created(package_with: Callable[..., Package]) -> None:
    package = package_with(**BRINGS_ITS_OWN)
    user = package.function("user")

    assert not {"AWS::EC2::VPC", "AWS::RDS::DBCluster", "AWS::SecretsManager::Secret"} & package.types
    assert "ImageBucket" not in package.resources
    assert user["VpcConfig"]["SubnetIds"] == {"Fn::Split": [",", BRINGS_ITS_OWN["SUBNET_IDS"]]}
    assert user["Environment"]["Variables"]["DATABASE_URL"].startswith("{{resolve:secretsmanager:chat/prod:")
    assert user["Environment"]["Variables"]["CORS_ORIGINS"] == "https://chat.example.com"
    assert "s3:GetObject" not in package.permissions("chat")


def test_without_a_network_functions_have_no_interface_permissions(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITHOUT_A_NETWORK)

    assert "VpcConfig" not in package.function("user")
    assert not [action for action in package.permissions("user") if action.startswith("ec2:")]
    assert package.function("chat_stream")["Architectures"] == ["arm64"]
    assert package.function("user")["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    assert "SnapStart" not in package.function("chat_stream")
    origins = package.function("user")["Environment"]["Variables"]["CORS_ORIGINS"]
    assert origins == {"Fn::Sub": "https://${SiteDistribution.DomainName}"}


def test_the_site_serves_its_files_to_any_origin(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITHOUT_A_NETWORK)
    (distribution,) = package.of_type("AWS::CloudFront::Distribution")
    policy = distribution["DistributionConfig"]["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]["Ref"]
    cors = package.resources[policy]["Properties"]["ResponseHeadersPolicyConfig"]["CorsConfig"]

    assert cors["AccessControlAllowOrigins"]["Items"] == ["*"]
    assert "GET" in cors["AccessControlAllowMethods"]["Items"]
    assert cors["AccessControlAllowCredentials"] is False


def test_share_links_are_objects_of_the_site_that_few_functions_change(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITHOUT_A_NETWORK)
    assert package.function("share")["Environment"]["Variables"]["SITE_BUCKET"] == {"Ref": "SiteBucket"}
    of_site = {
        function: {
            action
            for action, resources in package.permissions(function).items()
            if any("SiteBucket" in resource for resource in resources)
        }
        for function in FUNCTIONS
    }
    deletes = {"s3:DeleteObject", "s3:ListBucket"}
    assert {function: actions for function, actions in of_site.items() if actions} == {
        "share": {"s3:PutObject", *deletes},
        "user": deletes,
        "conversation": deletes,
        "maintenance": deletes,
        "admin": deletes,
    }
    assert any('${SiteBucket.Arn}/shares/*"' in resource for resource in package.permissions("share")["s3:PutObject"])

    (distribution,) = package.of_type("AWS::CloudFront::Distribution")
    (behavior,) = [
        item for item in distribution["DistributionConfig"]["CacheBehaviors"] if item["PathPattern"] == "shares/*"
    ]
    headers = package.resources[behavior["ResponseHeadersPolicyId"]["Ref"]]["Properties"]["ResponseHeadersPolicyConfig"]
    (robots,) = headers["CustomHeadersConfig"]["Items"]
    security = headers["SecurityHeadersConfig"]
    assert (robots["Header"], robots["Value"]) == ("X-Robots-Tag", "noindex, nofollow")
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
    assert "sandbox" in security["ContentSecurityPolicy"]["ContentSecurityPolicy"]


def test_nobody_shares_without_a_site_at_the_images_provider(package_with: Callable[..., Package]) -> None:
    package = package_with(**BRINGS_ITS_OWN)
    assert package.function("share")["Environment"]["Variables"]["SITE_BUCKET"] == ""
    assert not any("/shares/*" in text for resources in package.permissions("share").values() for text in resources)


@each_setting
def test_the_template_is_valid(package_with: Callable[..., Package], settings: dict[str, str]) -> None:
    # W3005: serverless adds redundant dependencies.
    template = package_with(**settings).template_file
    checked = subprocess.run(
        ["cfn-lint", "--ignore-checks", "W3005", "--template", template], capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(("typed", "goes_on"), [("staging\n", False), ("", False), ("prod\n", True)])
def test_removing_a_stage_needs_its_name_typed(tmp_path: Path, typed: str, goes_on: bool) -> None:
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    command = [str(ROOT / "node_modules/.bin/serverless"), "remove", "--stage", "prod"]
    done = run_serverless(command, cwd=ROOT, env=environ, input=typed, capture_output=True, text=True)

    output = done.stdout + done.stderr
    assert ("Nothing was removed." in output) != goes_on
    # Further steps need an account.
    assert ("credentials not found" in output) == goes_on


# Access: permissions, accounts, limits.


@each_setting
def test_a_permission_names_the_resource_that_may_invoke(
    package_with: Callable[..., Package], settings: dict[str, str]
) -> None:
    """Without it, a gateway of any account may invoke the function."""
    for permission in package_with(**settings).of_type("AWS::Lambda::Permission"):
        source = json.dumps(permission["SourceArn"])
        assert any(name in source for name in ("ApiGatewayRestApi", "WebsocketsApi", "MaintenanceEventsRule"))


def test_functions_use_an_account_of_their_own_in_the_database(package_with: Callable[..., Package]) -> None:
    package = package_with()
    for function in FUNCTIONS:
        variables = package.function(function)["Environment"]["Variables"]
        assert "${DatabaseAccount1Secret}" in variables["DATABASE_URL"]["Fn::Sub"]
        assert ("${DatabaseSecret}" in json.dumps(variables)) == (function == "maintenance")
    account = package.resources["DatabaseAccount1Secret"]["Properties"]["GenerateSecretString"]
    assert json.loads(account["SecretStringTemplate"]) == {"username": "chat_1"}
    # Another number is another secret, and runs the migrations, which create the account.
    rotated = package_with(**WITH_DOMAINS)
    assert "DatabaseAccount1Secret" not in rotated.resources
    assert "DatabaseAccount2Secret" in rotated.waits_for("Migration")
    assert rotated.resources["Migration"]["Properties"]["Account"] == "2"


def test_streams_leave_instances_for_logins_and_lists(package_with: Callable[..., Package]) -> None:
    package = package_with()
    reserved = {function: package.function(function).get("ReservedConcurrentExecutions") for function in FUNCTIONS}

    assert {name for name, instances in reserved.items() if instances is None} == {
        "chat_stream",
        "turn",
        "maintenance",
        "extract",
        "mailer",
    }
    # Lambda leaves at least 100 of the account's quota unreserved.
    assert sum(instances or 0 for instances in reserved.values()) <= 200
    without = package_with(**WITH_PROXY)
    assert not [item for item in without.of_type("AWS::Lambda::Function") if "ReservedConcurrentExecutions" in item]


def test_a_proxy_shares_the_databases_connections(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_PROXY)
    user, maintenance = (package.function(key)["Environment"]["Variables"] for key in ("user", "maintenance"))

    assert "${DatabaseProxy.Endpoint}" in user["DATABASE_URL"]["Fn::Sub"]
    assert user["DATABASE_AUTHORITIES"] == "system"
    # Migrations hold a lock of their connection, so they do not share it.
    assert "${DatabaseCluster.Endpoint.Address}" in maintenance["DATABASE_ADMIN_URL"]["Fn::Sub"]
    scaling = package.resources["DatabaseCluster"]["Properties"]["ServerlessV2ScalingConfiguration"]
    assert scaling == {"MinCapacity": 0.5, "MaxCapacity": 8}
    assert "DatabaseProxyTarget" in package.waits_for("Migration")
    # shared.db.engine sets variables of its session, for which the proxy would stop sharing the connection.
    pool = package.resources["DatabaseProxyTarget"]["Properties"]["ConnectionPoolConfigurationInfo"]
    assert pool["SessionPinningFilters"] == ["EXCLUDE_VARIABLE_SETS"]


def test_the_firewall_limits_the_requests_of_an_address(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_PROXY)
    (acl,) = package.of_type("AWS::WAFv2::WebACL")
    (rule,) = acl["Rules"]
    deployments = {name for name, item in package.resources.items() if item["Type"] == "AWS::ApiGateway::Deployment"}

    assert rule["Statement"]["RateBasedStatement"]["Limit"] == 2000
    # The Deployment creates the stage that the firewall protects.
    assert deployments <= package.waits_for("WebAclAssociation")
    assert "AWS::WAFv2::WebACL" not in package_with().types


# Networks.


def routes_of(package: Package) -> dict[str, Any]:
    route: dict[str, Any] = package.resources["PrivateRoute"]["Properties"]
    return route


def test_the_default_network_reaches_every_address_through_a_small_server(package: Package) -> None:
    instance = package.resources["NatInstance"]["Properties"]
    script = instance["UserData"]["Fn::Base64"]["Fn::Sub"]

    assert routes_of(package)["DestinationCidrBlock"] == "0.0.0.0/0"
    assert routes_of(package)["InstanceId"] == {"Ref": "NatInstance"}
    assert instance["SourceDestCheck"] is False
    # The route moves to a new instance when its script has ended.
    assert "ResourceSignal" in package.resources["NatInstance"]["CreationPolicy"]
    assert "cfn-signal -e $? --stack ${AWS::StackName} --resource NatInstance" in script
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    assert package.resources["Vpc"]["Properties"]["CidrBlock"] in script
    # Without it there are no updates to install.
    assert "echo latest > /etc/dnf/vars/releasever" in script
    assert "AWS::EC2::NatGateway" not in package.types
    ingress = package.resources["NatSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    assert [rule["SourceSecurityGroupId"] for rule in ingress] == [{"Ref": "FunctionsSecurityGroup"}]
    # Its bash script is valid.
    subprocess.run(["bash", "-n"], input=re.sub(r"\$\{AWS::\w+\}", "chat", script), text=True, check=True)


def test_a_nat_gateway_is_an_option(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_ALARMS)

    assert routes_of(package)["NatGatewayId"] == {"Ref": "NatGateway"}
    assert "NatInstance" not in package.resources


def test_ipv6_has_an_egress_that_costs_nothing(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_PROXY)
    user = package.function("user")

    assert routes_of(package)["DestinationIpv6CidrBlock"] == "::/0"
    assert not {"AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::Instance"} & package.types
    assert user["VpcConfig"]["Ipv6AllowedForDualStack"] is True
    # AWS's own APIs are called at addresses that have IPv6.
    assert user["Environment"]["Variables"]["AWS_USE_DUALSTACK_ENDPOINT"] == "true"
    assert package.resources["WebsocketsApi"]["Properties"]["IpAddressType"] == "dualstack"
    for subnet in ("PrivateSubnetA", "PrivateSubnetB"):
        assert "Ipv6CidrBlock" in package.resources[subnet]["Properties"]
        assert "Ipv6Block" in package.waits_for(subnet)


# Domains.


def test_the_api_the_websocket_and_the_site_have_domains_of_ones_own(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_DOMAINS)
    (api,) = package.of_type("AWS::ApiGateway::DomainName")
    (websocket,) = package.of_type("AWS::ApiGatewayV2::DomainName")
    (mapping,) = package.of_type("AWS::ApiGateway::BasePathMapping")
    (distribution,) = package.of_type("AWS::CloudFront::Distribution")
    site = distribution["DistributionConfig"]
    deployments = {name for name, item in package.resources.items() if item["Type"] == "AWS::ApiGateway::Deployment"}

    assert (api["DomainName"], api["RegionalCertificateArn"]) == ("api.example.com", WITH_DOMAINS["CERTIFICATE_ARN"])
    assert websocket["DomainName"] == "live.example.com"
    assert (mapping["BasePath"], mapping["Stage"]) == ("v1", "prod")
    assert deployments <= package.waits_for("ApiMapping")
    assert site["Aliases"] == ["chat.example.com"]
    assert site["ViewerCertificate"]["AcmCertificateArn"] == WITH_DOMAINS["SITE_CERTIFICATE_ARN"]
    for output in ("ApiTarget", "WebsocketTarget", "SiteTarget"):
        assert "Value" in package.outputs[output]


def test_the_page_its_policy_and_the_cors_list_have_the_domains(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITH_DOMAINS)
    headers = package.resources["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    _, values = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    user, stream = (package.function(key)["Environment"]["Variables"] for key in ("user", "chat_stream"))

    assert package.outputs["ApiUrl"]["Value"] == "https://api.example.com/v1"
    assert package.outputs["WebsocketUrl"]["Value"] == "wss://live.example.com"
    assert package.outputs["SiteUrl"]["Value"] == "https://chat.example.com"
    assert (values["Api"], values["Websocket"]) == ("https://api.example.com", "wss://live.example.com")
    assert user["CORS_ORIGINS"] == {
        "Fn::Sub": "https://${SiteDistribution.DomainName},https://chat.example.com,https://old.example.com"
    }
    # The gateway leaves the base path in the request's path; each adapter removes it.
    assert user["API_BASE_PATH"] == stream["AWS_LWA_REMOVE_BASE_PATH"] == "/v1"


# A stage that was removed can be deployed again.


def test_what_outlives_a_stack_has_no_fixed_name(package: Package) -> None:
    """A second deploy would find the name in use."""
    names = ("BucketName", "DBClusterIdentifier", "Name", "LayerName")
    kept = {
        name: item["Properties"]
        for name, item in package.resources.items()
        if item.get("DeletionPolicy", "Delete") != "Delete" and item["Type"] != "AWS::Lambda::Version"
    }

    assert {"ImageBucket", "DatabaseSecret", "DatabaseCluster"} <= kept.keys()
    assert [name for name, properties in kept.items() if set(names) & properties.keys()] == []


def test_the_databases_version_has_long_term_support(package_with: Callable[..., Package]) -> None:
    cluster = package_with().resources["DatabaseCluster"]["Properties"]
    instance = package_with().resources["DatabaseInstance"]["Properties"]

    assert cluster["EngineVersion"].startswith("8.0.mysql_aurora.3.10.")
    assert instance["AutoMinorVersionUpgrade"] is False


def test_the_guides_permissions_cover_every_resource(package_with: Callable[..., Package]) -> None:
    """The permissions of a deploy, by the service of each resource's type, and those to use the functions' roles."""
    policy = json.loads((ROOT / "infra/aws/deploy_policy.json").read_text(encoding="utf-8"))
    allowed = {
        action: statement for statement in policy["Statement"] for action in [*statement["Action"]] if ":" in action
    } | {statement["Action"]: statement for statement in policy["Statement"] if isinstance(statement["Action"], str)}
    types = {kind for settings in SETTINGS.values() for kind in package_with(**settings).types}
    services = {"apigatewayv2": "apigateway"}

    for kind in sorted(types - {"Custom::Migration", "AWS::IAM::Role"}):
        service = kind.split("::")[1].lower()
        assert f"{services.get(service, service)}:*" in allowed, kind
    assert {"iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRole", "cloudformation:*"} <= allowed.keys()
    # The names that CloudFormation generates begin with the stack's.
    assert allowed["iam:PassRole"]["Resource"] == allowed["iam:CreateRole"]["Resource"] == "arn:*:iam::*:role/chat-*"
    passed_to = allowed["iam:PassRole"]["Condition"]["StringEquals"]["iam:PassedToService"]
    trusted = {
        statement["Principal"]["Service"]
        for settings in SETTINGS.values()
        for role in package_with(**settings).of_type("AWS::IAM::Role")
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
    }
    assert trusted == set(passed_to)
    linked = allowed["iam:CreateServiceLinkedRole"]["Condition"]["StringEquals"]["iam:AWSServiceName"]
    assert {"rds.amazonaws.com", "ops.apigateway.amazonaws.com"} <= set(linked)
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert len(json.dumps(policy, separators=(",", ":"))) < 6144
