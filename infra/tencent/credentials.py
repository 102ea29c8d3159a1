"""Who deploys to Tencent Cloud: a sub-account by its key, or a role that a CI takes on with its identity token."""

from collections.abc import Mapping
from typing import Any

from tencentcloud.common.credential import Credential, OIDCRoleArnCredential

from infra.deployment import InvalidStage, needed


def deployer(environ: Mapping[str, str]) -> Any:
    """The SDK's credential: `secret_id`, `secret_key`, `token`. Raises InvalidStage when there is neither.

    A role's keys are asked for when they are first used (https://cloud.tencent.com/document/product/1312/73070).
    """
    if environ.get("TENCENT_ROLE_ARN"):
        return OIDCRoleArnCredential(
            needed(environ, "TENCENT_REGION"),
            needed(environ, "TENCENT_OIDC_PROVIDER"),
            needed(environ, "TENCENT_WEB_IDENTITY_TOKEN"),
            environ["TENCENT_ROLE_ARN"],
            "deploy",
        )
    secret_id, secret_key = environ.get("TENCENTCLOUD_SECRET_ID"), environ.get("TENCENTCLOUD_SECRET_KEY")
    if not secret_id or not secret_key:
        raise InvalidStage(
            "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or TENCENT_ROLE_ARN, must be in the environment"
        )
    return Credential(secret_id, secret_key, environ.get("TENCENTCLOUD_SESSION_TOKEN") or None)
