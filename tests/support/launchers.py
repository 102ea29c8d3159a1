"""What starts functions in the clouds, installed for the tests: `python -m tests.support.launchers`.

Lambda's own runtime client for the runtime's Python, and the Lambda Web Adapter where cargo can build it.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from layers.build import TARGETS, find_python

ROOT = Path(__file__).resolve().parents[2]
AWS = next(target for target in TARGETS if target.name == "aws-x86_64")
RUNTIME_CLIENT = ROOT / ".local" / "lambda-runtime-client"
WEB_ADAPTER_VERSION = "1.0.0-rc1"
WEB_ADAPTER = ROOT / ".local" / "lambda-web-adapter" / "bin" / "lambda-adapter"


def install_runtime_client() -> None:
    if (RUNTIME_CLIENT / "awslambdaric").exists():
        return
    uv = str(Path(sys.executable).with_name("uv"))
    export = [uv, "export", "--frozen", "--quiet", "--only-group", "dev", "--no-annotate", "--no-header"]
    lines = subprocess.run(export, cwd=ROOT, check=True, capture_output=True, text=True).stdout.replace("\\\n", " ")
    wanted = ("awslambdaric==", "simplejson==", "snapshot-restore-py==")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(line for line in lines.splitlines() if line.startswith(wanted)))
        requirements.flush()
        options = ["--no-deps", "--require-hashes", "--python", str(find_python(AWS.python))]
        install = [uv, "pip", "install", "--quiet", "--target", str(RUNTIME_CLIENT), *options, "-r", requirements.name]
        subprocess.run(install, check=True)


def build_web_adapter() -> None:
    """Nothing where there is no cargo: the test that needs it says so."""
    cargo = shutil.which("cargo")
    if WEB_ADAPTER.exists() or cargo is None:
        return
    package = ["lambda_web_adapter", "--version", WEB_ADAPTER_VERSION]
    subprocess.run(
        [cargo, "install", "--quiet", "--locked", *package, "--root", WEB_ADAPTER.parents[1]],
        check=True,
    )


if __name__ == "__main__":
    install_runtime_client()
    build_web_adapter()
