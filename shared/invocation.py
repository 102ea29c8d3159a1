"""Asynchronous invocation of another function: Lambda on AWS and on this machine, SCF on Tencent Cloud."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from shared.config import Settings, load


class InvocationSettings(Settings):
    # Replaces Lambda's own address: the local gateway.
    invoke_endpoint: str | None = None


@dataclass(frozen=True)
class RoleKeys:
    """Temporary credentials of the function's role, valid for hours."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)


def role_keys(headers: Mapping[str, str]) -> RoleKeys | None:
    """The credentials that SCF sends a web function with each request; None on other platforms.

    They are newer than those in the environment, which date from the start of the instance. They are used only for the
    connection or request that sent them: a client that forges them makes only its own calls fail.
    https://cloud.tencent.com/document/product/583/56124
    """
    names = ("x-scf-secret-id", "x-scf-secret-key", "x-scf-session-token")
    values = [headers.get(name, "") for name in names]
    return RoleKeys(*values) if all(values) else None


def invoke_function(name: str, payload: str, keys: RoleKeys | None = None) -> None:
    """Invoke a function (`name:alias`) with a JSON payload; returns as soon as the platform has accepted the event."""
    if os.environ.get("TENCENTCLOUD_RUNENV") == "SCF":
        from tencentcloud.scf.v20180416.models import InvokeRequest

        request = InvokeRequest()
        # Lambda reads an alias from the name itself.
        request.FunctionName, _, qualifier = name.partition(":")
        request.Qualifier = qualifier or "$LATEST"
        request.Namespace = os.environ.get("SCF_NAMESPACE", "default")
        request.InvocationType = "Event"
        request.ClientContext = payload
        _scf(keys).Invoke(request)
    else:
        _lambda().invoke(FunctionName=name, InvocationType="Event", Payload=payload.encode())


@cache
def _lambda() -> Any:
    import boto3  # Slow to import; most calls invoke nothing.

    return boto3.client("lambda", endpoint_url=load(InvocationSettings).invoke_endpoint)


def _scf(keys: RoleKeys | None) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.scf.v20180416.scf_client import ScfClient

    environ = os.environ
    keys = keys or RoleKeys(
        environ["TENCENTCLOUD_SECRETID"], environ["TENCENTCLOUD_SECRETKEY"], environ["TENCENTCLOUD_SESSIONTOKEN"]
    )
    return ScfClient(Credential(keys.secret_id, keys.secret_key, keys.token), environ["TENCENTCLOUD_REGION"])
