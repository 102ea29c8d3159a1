"""`python -m infra.tencent plan|deploy|remove --stage prod`; settings and keys come from the environment,
see infra/README.md."""

import argparse
import os
import sys
from collections.abc import Sequence
from itertools import chain

from tencentcloud.scf.v20180416.scf_client import ScfClient

from infra.deployment import Change, DeployFailed, InvalidStage
from infra.tencent.cos import CosBuckets, cos_client
from infra.tencent.credentials import deployer
from infra.tencent.deploy import changes, removals
from infra.tencent.logs import cls_api, log_changes, log_removals, read_log_topic
from infra.tencent.monitor import monitor_api, monitor_changes, monitor_removals, read_monitoring
from infra.tencent.scf import Scf
from infra.tencent.service import LAYER_TARGET, read_stage
from layers.build import TARGETS, BuildFailed, build


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.tencent", description="Deploy a stage to Tencent Cloud.")
    parser.add_argument("command", choices=["plan", "deploy", "remove"])
    parser.add_argument("--stage", required=True)
    parsed = parser.parse_args(arguments)
    try:
        return _run(parsed.command, parsed.stage)
    except (InvalidStage, BuildFailed, DeployFailed) as error:
        print(f"tencent: {error}", file=sys.stderr)
        return 1


def _run(command: str, name: str) -> int:
    # A release contains its layers; a build here could differ.
    for target in TARGETS:
        if target.name == LAYER_TARGET and not os.environ.get("RELEASE"):
            build(target)
    stage = read_stage(name, os.environ)
    credential = deployer(os.environ)
    topic, monitoring = read_log_topic(os.environ), read_monitoring(stage, os.environ)
    scf, cls = Scf(ScfClient(credential, stage.region)), cls_api(credential, stage.region)
    monitor = monitor_api(credential, stage.region)
    if command == "remove":
        alarms = log_removals(stage.prefix, cls) if topic else ()
        policies = monitor_removals(stage.prefix, monitor) if monitoring else ()
        return remove(name, [*alarms, *policies, *removals(stage, scf)])
    count = 0
    for change in chain(
        changes(stage, scf, CosBuckets(cos_client(stage.region, credential))),
        log_changes(topic, stage.prefix, cls) if topic else (),
        monitor_changes(monitoring, stage.prefix, monitor) if monitoring else (),
    ):
        count += 1
        print(change.what, flush=True)
        if command == "deploy":
            change.apply()
    print(f"{count} changes" if count else "nothing to change")
    return 0


def remove(stage: str, found: Sequence[Change]) -> int:
    """Apply the removals after a confirmation by the stage's name; returns the process's exit code."""
    for change in found:
        print(change.what)
    if not found:
        print("nothing to remove")
        return 0
    if input("Type the stage's name to do this: ") != stage:
        print("nothing was removed")
        return 1
    for change in found:
        change.apply()
    return 0


if __name__ == "__main__":
    sys.exit(main())
