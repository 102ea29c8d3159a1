"""The desired state of a stage on Tencent Cloud, derived from `serverless.yml`, the list of functions.

- A function with HTTP routes becomes a web function, its app run by uvicorn.
- The functions behind the WebSocket gateway become one web function, which accepts the connections itself.
- A function without routes (the worker, maintenance) is an event function; its schedules are timers.

Values that AWS resolves from Secrets Manager come from the deploy's environment here.
"""

import base64
import hashlib
import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from infra.deployment import InvalidStage, required
from infra.tencent.scf import NAMESPACE
from layers.build import layer_file, pack

ROOT = Path(__file__).resolve().parents[2]
LAYER_TARGET = "tencent-x86_64"
RUNTIME = "Python3.10"
# Both are fixed by the platform: https://cloud.tencent.com/document/product/583/56126
INTERPRETER = "/var/lang/python310/bin/python3.10"
CODE_FOLDER = "/var/user"

# The WebSocket function, and the functions' folder in a release (infra.release).
WEBSOCKET = "websocket"
RELEASE_FOLDER = "tencent"

# Every caller addresses this alias, which a deploy moves when all functions have a version of the release.
ALIAS = "live"
# Concurrency of an instance with streams and connections, which wait for models rather than use the processor.
STREAMS_PER_INSTANCE = 20
# Idle timeout of a connection in seconds; the server sends a ping every 10.
WEBSOCKET_IDLE_SECONDS = 60
_MAX_TIMEOUT = 900
# Function timeouts in seconds, instead of those in serverless.yml, which are below the timeout of AWS's gateway: a
# connection test waits 60 s for a model.
_TIMEOUTS = {"model_config": 75}
# The URL is public; the application authenticates callers.
# https://cloud.tencent.com/document/product/583/100227
URL_TRIGGER = '{"AuthType":"NONE","NetConfig":{"EnableIntranet":false,"EnableExtranet":true}}'

_SECRET = re.compile(r"\{\{resolve:secretsmanager:[^:]+:SecretString:(\w+)\}\}")
# Settings that only AWS uses.
_ONLY_AWS = re.compile(
    r"AWS_|PORT$|PYTHONPATH$|WEBSOCKET_ENDPOINT$|INVOKE_ENDPOINT$|SECRETS_REVISION$|METRICS_NAMESPACE$|API_BASE_PATH$|DATABASE_ADMIN_URL$"
)


@dataclass(frozen=True)
class Timer:
    name: str
    cron: str  # seven fields, Beijing time
    argument: str

    @property
    def description(self) -> str:
        return self.cron


@dataclass(frozen=True)
class Function:
    name: str
    description: str
    archive: bytes
    layers: Sequence[str]
    configuration: Mapping[str, Any]  # for CreateFunction and UpdateFunctionConfiguration
    creation: Mapping[str, Any]  # for CreateFunction only
    paths: Sequence[str] = ()
    timers: Sequence[Timer] = ()
    retries: int | None = None  # of a failed asynchronous invocation; None: SCF's default

    @property
    def is_web(self) -> bool:
        return self.creation.get("Type") == "HTTP"

    @property
    def code(self) -> str:
        return base64.b64encode(self.archive).decode()

    def digest(self, layer_versions: Mapping[str, int]) -> str:
        """A hash of code, configuration and layers, which is stored in the function's description."""
        parts = json.dumps(
            [self.configuration, self.creation, {name: layer_versions[name] for name in self.layers}], sort_keys=True
        )
        return hashlib.sha256(hashlib.sha256(self.archive).digest() + parts.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Layer:
    name: str
    file: Path

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.file.read_bytes()).hexdigest()[:32]


@dataclass(frozen=True)
class Domain:
    name: str
    certificate_id: str | None
    endpoints: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Stage:
    prefix: str  # of the names of all its resources
    region: str
    functions: Sequence[Function]
    layers: Sequence[Layer]
    deploy_bucket: str
    image_bucket: str
    site_bucket: str | None
    site_domain: str | None
    origins: Sequence[str]
    domain: Domain | None
    release: str  # the id of these functions, layers and settings


@dataclass(frozen=True)
class _Source:
    """Inputs from which functions are derived."""

    service: Mapping[str, Any]
    prefix: str  # of every name
    archives: Mapping[str, bytes]
    environ: Mapping[str, str]


def read_stage(name: str, environ: Mapping[str, str]) -> Stage:
    """The stage from `serverless.yml` and the deploy's environment. Raises InvalidStage."""
    return stage_of(read_service(name, environ), name, environ)


def read_service(stage: str, environ: Mapping[str, str]) -> Mapping[str, Any]:
    """`serverless.yml` with its variables resolved for Tencent Cloud. Raises InvalidStage."""
    variables = {
        "NETWORK": "none",
        "DATABASE": "existing",
        "IMAGES": "cos",
        "SITE": "none",
        "OBJECT_STORE_REGION": required(environ, "TENCENT_REGION"),
        "OBJECT_STORE_BUCKET": required(environ, "OBJECT_STORE_BUCKET"),
    }
    return _print_service(stage, {**environ, **variables})


def stage_of(service: Mapping[str, Any], stage: str, environ: Mapping[str, str]) -> Stage:
    """The stage of a resolved service. Raises InvalidStage."""
    prefix = f"{service['service']}-{stage}"
    zips = _released(Path(environ["RELEASE"])) if environ.get("RELEASE") else archives(service)
    source = _Source(service, prefix, zips, environ)
    functions = []
    websocket: list[Mapping[str, Any]] = []
    for key, definition in service["functions"].items():
        kinds = _kinds(definition)
        if "websocket" in kinds:
            websocket.append(definition)
        elif "http" in kinds:
            functions.append(_web_function(source, key, definition))
        else:
            functions.append(_event_function(source, key, definition))
    if websocket:
        functions.append(_websocket_function(source, websocket))
    used = sorted({layer for function in functions for layer in function.layers})
    layers = [Layer(layer, layer_file(LAYER_TARGET, layer.removeprefix(f"{prefix}-"))) for layer in used]
    release = _release_id(functions, layers)
    bucket = required(environ, "OBJECT_STORE_BUCKET")
    return Stage(
        prefix=prefix,
        region=required(environ, "TENCENT_REGION"),
        functions=[_of_release(function, release) for function in functions],
        layers=layers,
        deploy_bucket=environ.get("DEPLOY_BUCKET") or bucket,
        image_bucket=bucket,
        site_bucket=environ.get("SITE_BUCKET") or None,
        site_domain=environ.get("SITE_DOMAIN") or None,
        origins=[origin.strip() for origin in environ.get("CORS_ORIGINS", "").split(",") if origin.strip()],
        domain=_domain(functions, environ),
        release=release,
    )


def _release_id(functions: Sequence[Function], layers: Sequence[Layer]) -> str:
    digest = hashlib.sha256()
    for layer in layers:
        digest.update(f"{layer.name} {layer.digest}\n".encode())
    for function in functions:
        digest.update(f"{function.name} {function.digest(dict.fromkeys(function.layers, 0))}\n".encode())
    return digest.hexdigest()[:12]


def _of_release(function: Function, release: str) -> Function:
    """The function with the release's id among its variables, so that a release changes all functions together."""
    variables = {item["Key"]: item["Value"] for item in function.configuration["Environment"]["Variables"]}
    environment = _variables({**variables, "RELEASE_ID": release})
    return replace(function, configuration={**function.configuration, "Environment": environment})


def archives(service: Mapping[str, Any]) -> Mapping[str, bytes]:
    """Function → its zip, built from this checkout, without settings of a stage."""
    zips: dict[str, bytes] = {}
    for key, definition in service["functions"].items():
        kinds = _kinds(definition)
        folder = definition["handler"].rpartition("/")[0]
        if "websocket" in kinds:
            zips[WEBSOCKET] = _web_archive(folder, [f"{folder}/**"])
        elif "http" in kinds:
            zips[key] = _web_archive(folder, _patterns(definition))
        else:
            zips[key] = _event_archive(definition)
    return zips


def _released(folder: Path) -> Mapping[str, bytes]:
    zips = {file.stem: file.read_bytes() for file in (folder / RELEASE_FOLDER).glob("*.zip")}
    if not zips:
        raise InvalidStage(f"{folder} contains no functions for Tencent Cloud: run python -m infra.release")
    return zips


def _kinds(definition: Mapping[str, Any]) -> set[str]:
    return {kind for event in definition.get("events", []) for kind in event}


def _print_service(stage: str, environ: Mapping[str, str]) -> Mapping[str, Any]:
    command = [str(ROOT / "node_modules/.bin/serverless"), "print", "--stage", stage, "--format", "json"]
    # The command does not need the values of secrets, so it gets placeholders.
    passed = {name: environ[name] for name in environ if name not in _secret_names(environ)}
    done = subprocess.run(command, cwd=ROOT, env=passed, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise InvalidStage(f"serverless.yml cannot be read:\n{done.stdout}{done.stderr}")
    service: Mapping[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return service


def _secret_names(environ: Mapping[str, str]) -> set[str]:
    return {name for name in environ if re.search("SECRET|(KEYS?|TOKEN|PASSWORD)$|DATABASE_URL", name)}


def _web_function(source: _Source, key: str, definition: Mapping[str, Any]) -> Function:
    routes = [event["http"] for event in definition["events"] if "http" in event]
    streams = any(isinstance(route, dict) and "response" in route for route in routes)
    variables = _environment(source.service, definition, source.environ)
    creation: dict[str, Any] = {"Type": "HTTP"}
    configuration = _configuration(definition, source.environ)
    if streams:
        configuration["InstanceConcurrencyConfig"] = {"DynamicEnabled": "FALSE", "MaxConcurrency": STREAMS_PER_INSTANCE}
        variables["DATABASE_POOL_SIZE"] = str(STREAMS_PER_INSTANCE // 2)
    configuration["Timeout"] = _TIMEOUTS.get(key, configuration["Timeout"])
    configuration["Environment"] = _variables(variables)
    return Function(
        name=f"{source.prefix}-{key}",
        description=definition["description"],
        archive=source.archives[key],
        layers=[
            *_layers(source.service, source.prefix, definition),
            *(f"{source.prefix}-{layer}" for layer in _MORE_LAYERS.get(key, ())),
        ],
        configuration=configuration,
        creation=creation,
        paths=[_path_match(route if isinstance(route, str) else route["path"]) for route in routes],
    )


# Layers of a function on SCF only: the SDK with which it invokes another function; on Lambda the runtime has one.
_MORE_LAYERS = {"file": ("websocket",)}
# SCF's maximum.
_WEBSOCKET_LAYERS = ("dependencies", "encryption", "chat", "websocket", "shared")


def _websocket_function(source: _Source, definitions: Sequence[Mapping[str, Any]]) -> Function:
    variables: dict[str, str] = {}
    for definition in definitions:
        variables.update(_environment(source.service, definition, source.environ))
    variables["DATABASE_POOL_SIZE"] = str(STREAMS_PER_INSTANCE // 2)
    configuration = {
        **_configuration(definitions[0], source.environ),
        "Description": "WebSocket connections",
        "MemorySize": max(definition["memorySize"] for definition in definitions),
        # The timeout limits the lifetime of a connection.
        "Timeout": _MAX_TIMEOUT,
        "ProtocolParams": {"WSParams": {"IdleTimeOut": WEBSOCKET_IDLE_SECONDS}},
        "InstanceConcurrencyConfig": {"DynamicEnabled": "FALSE", "MaxConcurrency": STREAMS_PER_INSTANCE},
        "Environment": _variables(variables),
    }
    return Function(
        name=f"{source.prefix}-{WEBSOCKET}",
        description=configuration["Description"],
        archive=source.archives[WEBSOCKET],
        layers=[f"{source.prefix}-{layer}" for layer in _WEBSOCKET_LAYERS],
        configuration=configuration,
        # The protocol is fixed at creation.
        creation={"Type": "HTTP", "ProtocolType": "WS"},
        paths=["/chat/ws/*"],
    )


def _event_function(source: _Source, key: str, definition: Mapping[str, Any]) -> Function:
    schedules = [event["schedule"] for event in definition.get("events", []) if "schedule" in event]
    return Function(
        name=f"{source.prefix}-{key}",
        description=definition["description"],
        archive=source.archives[key],
        layers=_layers(source.service, source.prefix, definition),
        configuration={
            **_configuration(definition, source.environ),
            "Environment": _variables(_environment(source.service, definition, source.environ)),
        },
        creation={"Type": "Event", "Handler": "index.main_handler"},
        timers=[
            Timer(f"{key}-{number}", timer_cron(schedule["rate"]), json.dumps(schedule["input"]))
            for number, schedule in enumerate(schedules, 1)
        ],
        retries=definition.get("maximumRetryAttempts"),
    )


def bootstrap(app: str) -> str:
    """The start command of a web function: https://cloud.tencent.com/document/product/583/56126."""
    return (
        "#!/bin/sh\n"
        f'export PYTHONPATH="{CODE_FOLDER}:/opt"\n'
        f"exec {INTERPRETER} -m uvicorn {app} --host 0.0.0.0 --port 9000 \\\n"
        "    --no-proxy-headers --no-access-log --no-server-header --timeout-graceful-shutdown 2\n"
    )


def timer_cron(rate: str) -> str:
    """`cron(17 19 * * ? *)` (minute, hour UTC, ...) or `rate(5 minutes)` as SCF's seven fields in Beijing time.

    Raises InvalidStage for anything but a daily time, and numbers of minutes that divide an hour.
    https://cloud.tencent.com/document/product/583/9708
    """
    rate = rate if isinstance(rate, str) else rate[0]
    minutes = re.fullmatch(r"rate\((\d+) minutes\)", rate)
    if minutes is not None and 60 % int(minutes[1]) == 0:
        return f"0 */{minutes[1]} * * * * *"
    daily = re.fullmatch(r"cron\((\d+) (\d+) \* \* \? \*\)", rate)
    if daily is None:
        raise InvalidStage(f"a timer of this form is not known: {rate}")
    return f"0 {daily[1]} {(int(daily[2]) + 8) % 24} * * * *"


def _path_match(route: str) -> str:
    path = "/" + route.rpartition(" ")[2].lstrip("/")
    return re.sub(r"\{[^}]+\}.*$", "*", path)


def _configuration(definition: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    configuration: dict[str, Any] = {
        "MemorySize": definition["memorySize"],
        "Timeout": definition["timeout"],
        "Runtime": RUNTIME,
        "Namespace": NAMESPACE,
        # Calls to models need the internet.
        "PublicNetConfig": {"PublicNetStatus": "ENABLE", "EipConfig": {"EipStatus": "DISABLE"}},
    }
    if environ.get("SCF_VPC_ID"):
        configuration["VpcConfig"] = {"VpcId": environ["SCF_VPC_ID"], "SubnetId": required(environ, "SCF_SUBNET_ID")}
    if environ.get("SCF_ROLE_NAME"):
        configuration["Role"] = environ["SCF_ROLE_NAME"]
    if environ.get("CLS_TOPIC_ID"):
        configuration |= {"ClsLogsetId": required(environ, "CLS_LOGSET_ID"), "ClsTopicId": environ["CLS_TOPIC_ID"]}
    return configuration


def _environment(
    service: Mapping[str, Any], definition: Mapping[str, Any], environ: Mapping[str, str]
) -> dict[str, str]:
    given = {**service["provider"]["environment"], **definition.get("environment", {})}
    values: dict[str, str] = {}
    for name, value in given.items():
        if _ONLY_AWS.match(name):
            continue
        if not isinstance(value, str):
            raise InvalidStage(f"{name} is made by CloudFormation; it needs a value for Tencent Cloud")
        secret = _SECRET.fullmatch(value)
        # The default model is optional; every other secret is required.
        optional = name.startswith("DEFAULT_MODEL")
        values[name] = (
            value if secret is None else environ.get(secret[1], "") if optional else required(environ, secret[1])
        )
    return {name: value for name, value in sorted(values.items()) if value}


def _variables(values: Mapping[str, str]) -> dict[str, Any]:
    # https://cloud.tencent.com/document/product/583/30228
    if sum(len(name) + len(value) for name, value in values.items()) > 4096:
        raise InvalidStage("the environment of a function is larger than SCF's 4 KB")
    return {"Variables": [{"Key": name, "Value": value} for name, value in sorted(values.items())]}


def _layers(service: Mapping[str, Any], prefix: str, definition: Mapping[str, Any]) -> list[str]:
    given = definition.get("layers", service["provider"]["layers"])
    # DependenciesLambdaLayer → dependencies; layers named by ARN exist only on AWS.
    names = [layer["Ref"].removesuffix("LambdaLayer").lower() for layer in given if isinstance(layer, dict)]
    if "TURN_FUNCTION_NAME" in definition.get("environment", {}):
        names.insert(-1, "websocket")  # With the SDK that invokes a function.
    return [f"{prefix}-{name}" for name in names]


def _patterns(definition: Mapping[str, Any]) -> list[str]:
    patterns: list[str] = definition["package"]["patterns"]
    return patterns


def _web_archive(folder: str, patterns: Sequence[str]) -> bytes:
    return _archive(patterns, {"scf_bootstrap": bootstrap(f"{folder.replace('/', '.')}.app:app")})


def _event_archive(definition: Mapping[str, Any]) -> bytes:
    module, _, name = definition["handler"].replace("/", ".").rpartition(".")
    entry = f'from {module} import {name} as main_handler\n\n__all__ = ["main_handler"]\n'
    return _archive(_patterns(definition), {"index.py": entry})


def _archive(patterns: Sequence[str], generated: Mapping[str, str]) -> bytes:
    """The zip of a function: the files of its patterns, and the files that SCF expects at the top level."""
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    unwanted = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    with tempfile.TemporaryDirectory() as temporary:
        content = Path(temporary) / "content"
        for top in sorted({pattern.partition("/")[0] for pattern in wanted}):
            for file in sorted((ROOT / top).rglob("*")):
                name = file.relative_to(ROOT).as_posix()
                if file.is_file() and _matches(name, wanted) and not _matches(name, unwanted):
                    copy = content / name
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_bytes(file.read_bytes())
        for name, text in generated.items():
            (content / name).write_text(text)
        archive = Path(temporary) / "code.zip"
        pack(content, archive, executable=["scf_bootstrap"])
        return archive.read_bytes()


def _matches(name: str, patterns: Sequence[str]) -> bool:
    # fnmatch's * also matches slashes, so ** needs no special case.
    return "__pycache__" in name if patterns == ["**/__pycache__/**"] else any(fnmatch(name, one) for one in patterns)


def _domain(functions: Sequence[Function], environ: Mapping[str, str]) -> Domain | None:
    if not environ.get("API_DOMAIN"):
        return None
    paths = [(path, function.name) for function in functions for path in function.paths]
    endpoints = [
        {"Namespace": NAMESPACE, "FunctionName": name, "Qualifier": ALIAS, "PathMatch": path}
        # The most specific path first.
        for path, name in sorted(paths, key=lambda entry: (-len(entry[0].rstrip("*")), entry[0]))
    ]
    return Domain(environ["API_DOMAIN"], environ.get("CERTIFICATE_ID") or None, endpoints)
