"""Installation of the platforms' function launchers, for tests: `python -m tests.support.launchers`.

Lambda's own runtime client for the runtime's Python, and the Lambda Web Adapter where cargo can build it.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from layers.build import CACHE, TARGETS, find_python

ROOT = Path(__file__).resolve().parents[2]
AWS = next(target for target in TARGETS if target.name == "aws-x86_64")
_RUNTIME_CLIENT = ROOT / ".local" / "lambda-runtime-client"
WEB_ADAPTER_VERSION = "1.0.0-rc1"
# The package's release profile takes ten minutes on two cores, mostly for link-time optimization.
QUICK_BUILD = {
    "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
    "CARGO_PROFILE_RELEASE_LTO": "off",
    "CARGO_PROFILE_RELEASE_OPT_LEVEL": "0",
}


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Concurrent processes wait for each other's installation."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def runtime_client() -> Path:
    """The folder of Lambda's runtime client, installed if it is missing. Raises subprocess.CalledProcessError."""
    with _locked(_RUNTIME_CLIENT):
        if not (_RUNTIME_CLIENT / "awslambdaric").exists():
            _install_runtime_client()
    return _RUNTIME_CLIENT


def _install_runtime_client() -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    export = [uv, "export", "--frozen", "--quiet", "--only-group", "dev", "--no-annotate", "--no-header"]
    lines = subprocess.run(export, cwd=ROOT, check=True, capture_output=True, text=True).stdout.replace("\\\n", " ")
    wanted = ("awslambdaric==", "simplejson==", "snapshot-restore-py==")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(line for line in lines.splitlines() if line.startswith(wanted)))
        requirements.flush()
        options = ["--no-deps", "--require-hashes", "--python", str(find_python(AWS.python))]
        install = [uv, "pip", "install", "--quiet", "--target", str(_RUNTIME_CLIENT), *options, "-r", requirements.name]
        subprocess.run(install, check=True)


def web_adapter() -> Path | None:
    """The Lambda Web Adapter, built if this machine does not have it; None without cargo.

    Raises subprocess.CalledProcessError.
    """
    described = f"{WEB_ADAPTER_VERSION} {platform.machine()} {sorted(QUICK_BUILD.items())}"
    folder = CACHE / f"lambda-web-adapter-{hashlib.sha256(described.encode()).hexdigest()[:16]}"
    adapter = folder / "bin" / "lambda-adapter"
    cargo = shutil.which("cargo")
    if adapter.exists() or cargo is None:
        return adapter if adapter.exists() else None
    package = ["lambda_web_adapter", "--version", WEB_ADAPTER_VERSION]
    with _locked(folder):
        if not adapter.exists():
            subprocess.run(
                [cargo, "install", "--quiet", "--locked", *package, "--root", folder],
                env={**os.environ, **QUICK_BUILD},
                check=True,
            )
    return adapter


if __name__ == "__main__":
    runtime_client()
    web_adapter()
