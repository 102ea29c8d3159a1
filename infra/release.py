"""Release build: `python -m infra.release` builds every deployable artifact once: the layers (in `layers/dist`), and
in `release/` the functions' archives of both clouds and the SPA.

A deploy with `RELEASE=release` in its environment uses these instead of building its own, so that every stage
gets the artifacts that the previous stage has tested.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.deployment import InvalidStage
from infra.tencent.service import RELEASE_FOLDER, archives, read_service
from layers.build import TARGETS, BuildFailed, build

ROOT = Path(__file__).resolve().parents[1]
RELEASE = ROOT / "release"


def main() -> int:
    try:
        for target in TARGETS:
            build(target)
        shutil.rmtree(RELEASE, ignore_errors=True)
        build_functions(RELEASE)
        build_site(RELEASE / "site")
    except (BuildFailed, InvalidStage) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"release: {error}\n{error.stdout}{error.stderr}", file=sys.stderr)
        return 1
    return 0


def build_functions(folder: Path) -> None:
    """The archives: `aws/<function>.zip` and `tencent/<function>.zip`, without settings of a stage."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    aws = folder / "aws"
    aws.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as package:
        _run(
            [str(ROOT / "node_modules/.bin/serverless"), "package", "--stage", "release", "--package", package], environ
        )
        for archive in Path(package).glob("*.zip"):
            shutil.copy(archive, aws)
    tencent = folder / RELEASE_FOLDER
    tencent.mkdir()
    # Variables that serverless.yml requires and an archive does not contain.
    named = {"TENCENT_REGION": "ap-guangzhou", "OBJECT_STORE_BUCKET": "images-1250000000"}
    for name, content in archives(read_service("release", {**environ, **named})).items():
        (tencent / f"{name}.zip").write_bytes(content)


def build_site(folder: Path) -> None:
    """The SPA without addresses of a stage, which the site's deploy inserts."""
    environ = {**os.environ, "NODE_ENV": "production"}
    _run(["corepack", "pnpm", "build", "--outDir", str(folder)], environ, cwd=ROOT / "fd")


def _run(command: Sequence[str], environ: Mapping[str, str], cwd: Path = ROOT) -> None:
    subprocess.run(command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
