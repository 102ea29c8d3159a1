"""The CloudFormation template and archives of `serverless package`, without an account or network."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest

from layers.build import TARGETS, build, layer_file
from shared.config import ObjectStoreSettings
from shared.metrics import UNITS
from shared.storage.s3 import S3ObjectStore
from tests.support.stack import ROOT

HTTP_FUNCTIONS = ("user", "model_config", "conversation", "chat", "chat_stream")
WEBSOCKET_FUNCTIONS = ("connect", "disconnect", "message", "turn")
FUNCTIONS = (*HTTP_FUNCTIONS, *WEBSOCKET_FUNCTIONS, "maintenance")
IMAGE_FUNCTIONS = ("user", "conversation", "chat", "chat_stream", "message", "turn", "maintenance")
SECRETS = ("DATABASE_URL", "JWT_KEYS", "API_KEY_ENCRYPTION_KEYS", "OBJECT_STORE_SECRET_ACCESS_KEY")

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
    "AWS::IAM::Role",
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
WITH_ALARMS = {"ALARMS": "new", "ALARM_EMAIL": "on-call@example.com"}
SETTINGS = {"new": {}, "own": BRINGS_ITS_OWN, "no network": WITHOUT_A_NETWORK, "alarms": WITH_ALARMS}
each_setting = pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)


@dataclass
class Package:
    folder: Path

    @property
    def template_file(self) -> Path:
        return self.folder / "cloudformation-template-update-stack.json"

    @cached_property
    def resources(self) -> dict[str, Any]:
        resources: dict[str, Any] = json.loads(self.template_file.read_text())["Resources"]
        return resources

    @cached_property
    def outputs(self) -> dict[str, Any]:
        outputs: dict[str, Any] = json.loads(self.template_file.read_text())["Outputs"]
        return outputs

    @property
    def types(self) -> set[str]:
        return {item["Type"] for item in self.resources.values()}

    def waits_for(self, resource: str) -> set[str]:
        """The resources that CloudFormation creates or changes before this one."""
        waits: set[str] = set()
        next_ones = {resource}
        while next_ones:
            next_ones = {found for one in next_ones for found in self._named_in(one)} - waits
            waits |= next_ones
        return waits

    def _named_in(self, resource: str) -> set[str]:
        body = self.resources[resource]
        depends_on = body.get("DependsOn", [])
        names = {depends_on} if isinstance(depends_on, str) else set(depends_on)
        text = json.dumps(body)
        names |= set(re.findall(r'"Ref": "(\w+)"', text)) | set(re.findall(r'"Fn::GetAtt": \["(\w+)"', text))
        names |= {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", text)}
        return names & self.resources.keys()

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [item["Properties"] for item in self.resources.values() if item["Type"] == kind]

    def function(self, name: str) -> dict[str, Any]:
        named = [item for item in self.of_type("AWS::Lambda::Function") if item["FunctionName"].endswith(f"-{name}")]
        assert len(named) == 1
        return named[0]

    def permissions(self, name: str) -> dict[str, list[str]]:
        """Action → the resources for which the function's role allows it, as text."""
        role = self.resources[self.function(name)["Role"]["Fn::GetAtt"][0]]["Properties"]
        allowed: dict[str, list[str]] = {}
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                for action in statement["Action"]:
                    allowed[action] = [json.dumps(item) for item in statement["Resource"]]
        return allowed

    def files(self, archive: str) -> list[str]:
        with ZipFile(self.folder / f"{archive}.zip") as content:
            return content.namelist()


@pytest.fixture(scope="module")
def package_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Package]:
    for target in TARGETS:
        build(target)

    made: dict[str, Package] = {}

    def make(**settings: str) -> Package:
        key = repr(sorted(settings.items()))
        if key not in made:
            folder = tmp_path_factory.mktemp("package")
            # Without the caller's environment: no cloud credentials, no settings.
            environ = {"PATH": os.environ["PATH"], "HOME": str(folder), **settings}
            done = subprocess.run(
                [ROOT / "node_modules/.bin/serverless", "package", "--stage", "prod", "--package", folder],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            made[key] = Package(folder)
        return made[key]

    return make


@pytest.fixture
def package(package_with: Callable[..., Package]) -> Package:
    return package_with()


@pytest.mark.parametrize("function", HTTP_FUNCTIONS)
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
    assert "infra/manage.py" not in files
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
        "new p({service: {provider: {compiledCloudFormationTemplate: {Resources: r}}}})"
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


def test_the_sweep_runs_once_a_day(package: Package) -> None:
    (rule,) = package.of_type("AWS::Events::Rule")

    assert rule["ScheduleExpression"] == "cron(17 19 * * ? *)"
    assert [json.loads(target["Input"]) for target in rule["Targets"]] == [{"task": "sweep"}]


def test_the_start_command_is_executable_in_its_archive(package: Package) -> None:
    with ZipFile(package.folder / "chat_stream.zip") as content:
        mode = content.getinfo("functions/chat_stream/run.sh").external_attr >> 16

    assert mode & 0o111 == 0o111


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_only_the_layers_it_needs(package: Package, function: str) -> None:
    layers = [layer["Ref"] for layer in package.function(function)["Layers"] if isinstance(layer, dict)]

    assert layers[0] == "DependenciesLambdaLayer"
    assert layers[-1] == "SharedLambdaLayer"
    # Titles come from a model, and configs are tested by calling their model.
    assert ("ChatLambdaLayer" in layers) == (function in ("model_config", "conversation", "chat_stream", "turn"))
    assert ("OpenaiLambdaLayer" in layers) == (function == "model_config")
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

    assert properties["Timeout"] <= (900 if function in ("chat_stream", "turn", "maintenance") else 29)
    assert variables["STAGE"] == "prod"
    for name in SECRETS:
        text = json.dumps(variables.get(name, ""))
        assert text == '""' or re.match(r'^(\{"Fn::Sub": )?"(mysql\+pymysql://)?\{\{resolve:secretsmanager:', text), (
            name
        )
    assert {"DATABASE_URL", "JWT_KEYS"} <= variables.keys()
    assert len(json.dumps(variables)) < 4096


def test_the_template_holds_no_value_of_a_secret(package: Package) -> None:
    secret = package.resources["DatabaseSecret"]["Properties"]
    cluster = package.resources["DatabaseCluster"]["Properties"]

    assert "SecretString" not in secret
    assert "resolve:secretsmanager" in json.dumps(cluster["MasterUserPassword"])


def test_each_function_has_a_role_of_its_own_that_allows_what_it_does(package: Package) -> None:
    roles = {function: package.function(function)["Role"]["Fn::GetAtt"][0] for function in FUNCTIONS}
    assert len(set(roles.values())) == len(FUNCTIONS)

    for function in FUNCTIONS:
        allowed = package.permissions(function)
        assert f"/aws/lambda/chat-prod-{function}:" in allowed.pop("logs:PutLogEvents")[0]
        assert ("execute-api:ManageConnections" in allowed) == (function in ("user", "chat_stream", "message", "turn"))
        if "execute-api:ManageConnections" in allowed:
            # POST sends a frame, DELETE closes a connection.
            assert "/prod/*/@connections/*" in allowed["execute-api:ManageConnections"][0]
        assert ("lambda:InvokeFunction" in allowed) == (function == "message")
        assert ("s3:GetObject" in allowed) == (function in IMAGE_FUNCTIONS)
        assert not [action for action in allowed if "*" in action]
        wide = {action for action, resources in allowed.items() if '"*"' in resources}
        assert all(action.startswith("ec2:") for action in wide)
    invoked = package.permissions("message")["lambda:InvokeFunction"]
    assert "function:chat-prod-turn" in invoked[0]


def test_logs_are_kept_for_a_time(package: Package) -> None:
    groups = package.of_type("AWS::Logs::LogGroup")

    assert len(groups) == len(package.of_type("AWS::Lambda::Function"))
    assert {group["RetentionInDays"] for group in groups} == {30}


def test_the_websocket_gateway_is_throttled(package: Package) -> None:
    (websocket,) = package.of_type("AWS::ApiGatewayV2::Stage")

    assert websocket["DefaultRouteSettings"] == {"ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 200}


def test_every_package_can_be_deployed_over_the_one_before(package_with: Callable[..., Package]) -> None:
    """CloudFormation refuses a new Deployment with a StageDescription when its stage exists."""
    names = set()
    for package in (package_with(), package_with(**WITH_ALARMS)):
        ((name, deployment),) = (
            (name, item["Properties"])
            for name, item in package.resources.items()
            if item["Type"] == "AWS::ApiGateway::Deployment"
        )
        names.add(name)
        assert "StageDescription" not in deployment

    assert len(names) == 2, "each package has a Deployment of its own"


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
    # Deleted with a failed first deploy, whose successor needs the name.
    assert package.resources["ImageBucket"]["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize(
    ("region", "suffix"),
    [("us-east-1", "amazonaws.com"), ("eu-central-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")],
)
def test_the_origin_of_images_is_the_host_that_functions_sign(package: Package, region: str, suffix: str) -> None:
    values = {"${ImageBucket}": "images-of-ours", "${AWS::Region}": region, "${AWS::URLSuffix}": suffix}
    assert resolved(package.outputs["ImageOrigin"]["Value"], values) == signed_origin(region)


def test_the_policy_of_the_site_allows_the_origin_of_the_images(package_with: Callable[..., Package]) -> None:
    package = package_with(**WITHOUT_A_NETWORK)
    origin = package.outputs["ImageOrigin"]["Value"]
    headers = package.resources["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy, values = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]

    assert resolved(origin, {"${AWS::URLSuffix}": "amazonaws.com"}) == signed_origin("ap-southeast-1")
    assert values == {"Images": origin}
    assert policy.count("${Images}") == 2


def resolved(value: Any, values: Mapping[str, str]) -> str:
    """The result of an `Fn::Sub` with these values."""
    text: str = value["Fn::Sub"]
    for reference, replacement in values.items():
        text = text.replace(reference, replacement)
    return text


def signed_origin(region: str) -> str:
    settings = {
        "object_store": "s3",
        "object_store_bucket": "images-of-ours",
        "object_store_region": region,
        "object_store_access_key_id": "id",
        "object_store_secret_access_key": "secret",
    }
    url = urlsplit(S3ObjectStore(ObjectStoreSettings.model_validate(settings)).presign_download("key"))
    return f"{url.scheme}://{url.netloc}"


def test_the_database_pauses_is_private_and_outlives_the_stack(package: Package) -> None:
    cluster = package.resources["DatabaseCluster"]
    scaling = cluster["Properties"]["ServerlessV2ScalingConfiguration"]
    ingress = package.resources["DatabaseSecurityGroup"]["Properties"]["SecurityGroupIngress"]
    parameters = package.resources["DatabaseParameters"]["Properties"]["Parameters"]
    recycle = package.function("user")["Environment"]["Variables"]["DATABASE_POOL_RECYCLE_SECONDS"]

    assert scaling["MinCapacity"] == 0
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

    snap_start = {"AWS::Lambda::Alias"} if "SNAP_START" in settings else set()
    assert package.types <= FREE_WHILE_IDLE | decided | snap_start
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
    done = subprocess.run(command, cwd=ROOT, env=environ, input=typed, capture_output=True, text=True)

    output = done.stdout + done.stderr
    assert ("Nothing was removed." in output) != goes_on
    # Further steps need an account.
    assert ("credentials not found" in output) == goes_on
