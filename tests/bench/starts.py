"""Cold starts from the deployed files: the built layers with bytecode, a function's own folder, its Python version.

Each start is a new process. The floor is a process that imports the packages of every function, from the same layers.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import yaml  # type: ignore[import-untyped]

from layers.build import TARGETS, build, find_python, layer_file, pack
from tests.bench.figures import Figure, alternating, at_most, median, within
from tests.bench.stacks import ROOT
from tests.support.environment import ENVIRONMENT
from tests.support.gateway_events import rest_event
from tests.support.processes import end_with_parent, free_port, is_listening

AWS = next(target for target in TARGETS if target.name == "aws-x86_64")
FLOOR = "import fastapi, sqlalchemy, pymysql"
# Prints the times of the import and of the first answer, and the memory in KB.
_FIRST_ANSWER = """
import importlib, json, re, sys, time
module = importlib.import_module(sys.argv[1])
imported = time.monotonic_ns()
module.handler(json.loads(sys.argv[2]), None)
answered = time.monotonic_ns()
memory = re.search("VmHWM:(.*)kB", open("/proc/self/status").read())
print(json.dumps([imported, answered, int(memory[1])]))
"""
_FLOOR = f"{FLOOR}, json, time; print(json.dumps([time.monotonic_ns()]))"
# Prints the time when the function's code and the model client are imported, which the first turn needs. A function
# that preloads them while it waits for the turn imports the same.
CAN_ASK = """
import asyncio, importlib, json, sys, time
importlib.import_module(sys.argv[1])
from shared.chat.model_reader import load_provider
async def connect():
    load_provider().provider_transports.get()
asyncio.run(connect())
print(json.dumps([time.monotonic_ns()]))
"""
_NO_TOKEN: Any = {"headers": {}, "requestContext": {"connectionId": "c", "requestId": "r", "routeKey": "$connect"}}


@dataclass(frozen=True)
class _Kind:
    """Goals of a function's start: a multiple of the floor, and packed megabytes."""

    ratio: float
    megabytes: float


# Megabytes as in tests/layers/test_build.py, with the functions' own code.
_JSON, _CHAT = _Kind(1.25, 16.5), _Kind(1.6, 25)
_KINDS = {"user": _Kind(1.25, 17.5), "model_config": _Kind(1.25, 20.5)}
_KINDS |= {"conversation": _JSON, "chat": _JSON, "connect": _JSON}
_KINDS |= {"extract": _Kind(1.25, 20), "chat_stream": _CHAT, "turn": _CHAT}
_EVENTS = {"connect": _NO_TOKEN, "extract": {"not": "a job"}, "turn": {"not": "a job"}}


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Parses `!Ref X` as X."""


_Loader.add_constructor("!Ref", lambda loader, node: loader.construct_scalar(node))


@dataclass(frozen=True)
class _Deployed:
    """A function's /var/task and /opt, and the size of its archives."""

    name: str
    handler: str
    task: Path
    opt: Path
    packed: int

    @property
    def module(self) -> str:
        """The module of its handler, or of the app in its start command."""
        return self.handler.removesuffix(".handler").replace("run.sh", "app").replace("/", ".")

    @property
    def environ(self) -> Mapping[str, str]:
        return {
            **ENVIRONMENT,
            "DATABASE_URL": "sqlite:////nonexistent/chat.db",
            "PATH": f"{self.opt.parent / 'bin'}:/usr/bin:/bin",
            "PYTHONPATH": f"{self.opt / AWS.folder}:{self.task}",
            # /var/task and /opt are read-only.
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def _deploy(name: str, service: Any, folder: Path) -> _Deployed:
    definition = service["functions"][name]
    layers = [layer for layer in definition.get("layers", service["provider"]["layers"]) if "arn:" not in layer]
    files = [layer_file(AWS.name, layer.removesuffix("LambdaLayer").lower()) for layer in layers]
    root = folder / name
    for file in files:
        with ZipFile(file) as content:
            content.extractall(root / "opt")
    own = Path(definition["handler"]).parent
    shutil.copytree(ROOT / own, root / "task" / own, ignore=shutil.ignore_patterns("__pycache__"))
    pack(root / "task", root / "code.zip")
    (root / "bin").mkdir()
    (root / "bin" / "python3").symlink_to(find_python(AWS.python))
    packed = sum(file.stat().st_size for file in [*files, root / "code.zip"])
    return _Deployed(name, definition["handler"], root / "task", root / "opt", packed)


def _run(deployed: _Deployed, *arguments: str) -> tuple[int, list[int]]:
    """The start time of the process, and its output."""
    started = time.monotonic_ns()
    command = [str(deployed.opt.parent / "bin" / "python3"), "-c", *arguments]
    done = subprocess.run(
        command, cwd=deployed.task, env=deployed.environ, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return started, json.loads(done.stdout)


def _first_answer(deployed: _Deployed, imports: list[float], memory: list[float]) -> float:
    """Milliseconds from the start of the process to the response to its first event."""
    event = _EVENTS.get(deployed.name) or rest_event("GET", f"/{deployed.name}/health")
    started, (imported, answered, kilobytes) = _run(deployed, _FIRST_ANSWER, deployed.module, json.dumps(event))
    imports.append((imported - started) / 1e6)
    memory.append(kilobytes / 1024)
    return (answered - started) / 1e6


def _first_connection(deployed: _Deployed, memory: list[float]) -> float:
    """Milliseconds from the start command until the server accepts connections, for which the web adapter waits."""
    port = free_port()
    started = time.monotonic_ns()
    command = end_with_parent(["sh", str(deployed.task / deployed.handler)])
    environ = {**deployed.environ, "PORT": str(port)}
    null = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=deployed.task, env=environ, stdout=null, stderr=null) as server:
        while not is_listening(port):
            assert server.poll() is None, "the server did not start"
            time.sleep(0.002)
        taken = (time.monotonic_ns() - started) / 1e6
        status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
        memory.append(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024)
        server.terminate()
    return taken


def _ability_to_ask(deployed: _Deployed) -> float:
    """Milliseconds from the start of the process until it can call a model."""
    started, (able,) = _run(deployed, CAN_ASK, deployed.module)
    return (able - started) / 1e6


def _floor(deployed: _Deployed) -> float:
    started, (imported,) = _run(deployed, _FLOOR)
    return (imported - started) / 1e6


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    build(AWS)
    service = yaml.load((ROOT / "serverless.yml").read_text(encoding="utf-8"), _Loader)
    service["provider"]["layers"] = list(service["provider"]["layers"])
    deployed = [_deploy(name, service, folder) for name in (["user"] if quick else _KINDS)]
    memory: dict[str, list[float]] = {function.name: [] for function in deployed}
    imports: dict[str, list[float]] = {function.name: [] for function in deployed}

    def start(function: _Deployed) -> Callable[[], float]:
        if function.handler.endswith(".sh"):
            return lambda: _first_connection(function, memory[function.name])
        return lambda: _first_answer(function, imports[function.name], memory[function.name])

    of_chat = [function for function in deployed if _KINDS[function.name] is _CHAT]
    measures = [start(function) for function in deployed]
    measures += [partial(_ability_to_ask, function) for function in of_chat]
    floor, *taken = map(median, alternating(2 if quick else 11, partial(_floor, deployed[0]), *measures))
    for function, value in zip(deployed, taken, strict=False):
        ratio = _KINDS[function.name].ratio
        yield within("cold start: process start to first answer", function.name, value, "ms", floor, ratio)
    for function, value in zip(of_chat, taken[len(deployed) :], strict=True):
        yield Figure("cold start: process start until the model can be called", function.name, value, "ms", floor)
    for function in deployed:
        if imports[function.name]:
            yield Figure("cold start: imports alone", function.name, median(imports[function.name]), "ms", floor)
    for function in deployed:
        yield Figure("memory after the first answer", function.name, median(memory[function.name]), "MB")
    for function in deployed:
        megabytes = _KINDS[function.name].megabytes
        yield at_most("layers and code, packed", function.name, function.packed / 1e6, "MB", megabytes)
