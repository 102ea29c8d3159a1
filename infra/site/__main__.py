"""`python -m infra.site plan|deploy --stage prod --cloud aws|tencent`; settings and keys come from the environment,
see infra/README.md."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3

from infra.deployment import DeployFailed, InvalidStage
from infra.site.files import read_build
from infra.site.release import changes
from infra.site.targets import on_aws, on_tencent

DIST = Path(__file__).resolve().parents[2] / "fd" / "dist"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.site", description="Put the built SPA on its site.")
    parser.add_argument("command", choices=["plan", "deploy"])
    parser.add_argument("--stage", required=True)
    parser.add_argument("--cloud", required=True, choices=["aws", "tencent"], help="where the site lies")
    parser.add_argument("--dist", type=Path, default=DIST, help="the build; by default fd/dist")
    parsed = parser.parse_args(arguments)
    try:
        _run(parsed.command, parsed.stage, parsed.cloud, parsed.dist)
    except (InvalidStage, DeployFailed) as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    return 0


def _run(command: str, stage: str, cloud: str, dist: Path) -> None:
    if cloud == "aws":
        bucket, addresses = on_aws(stage, boto3.client("cloudformation"), boto3.client("s3"))
    else:
        bucket, addresses = on_tencent(os.environ)
    count = 0
    for change in changes(read_build(dist, addresses), bucket):
        count += 1
        print(change.what, flush=True)
        if command == "deploy":
            change.apply()
    print(f"{count} changes" if count else "nothing to change")


if __name__ == "__main__":
    sys.exit(main())
