"""Credentials of the deploy to Tencent Cloud: a sub-account's key, or a role assumed by GitHub Actions (OIDC)."""

from collections.abc import Mapping
from typing import Any

import httpx2
from tencentcloud.common.credential import Credential, OIDCRoleArnCredential

from infra.deployment import DeployFailed, InvalidStage, required

# Audience of the identity tokens, as configured in CAM's identity provider.
_AUDIENCE = "sts.tencentcloudapi.com"


def deployer(environ: Mapping[str, str]) -> Any:
    """The SDK's credential: `secret_id`, `secret_key`, `token`. Raises InvalidStage when neither is configured.

    A role's keys are requested at their first use, which must be within minutes: identity tokens are short-lived
    (https://cloud.tencent.com/document/product/1312/73070).
    """
    if environ.get("TENCENT_ROLE_ARN"):
        return OIDCRoleArnCredential(
            required(environ, "TENCENT_REGION"),
            required(environ, "TENCENT_OIDC_PROVIDER"),
            _identity_token(environ),
            environ["TENCENT_ROLE_ARN"],
            "deploy",
        )
    secret_id, secret_key = environ.get("TENCENTCLOUD_SECRET_ID"), environ.get("TENCENTCLOUD_SECRET_KEY")
    if not secret_id or not secret_key:
        raise InvalidStage(
            "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or TENCENT_ROLE_ARN, must be in the environment"
        )
    return Credential(secret_id, secret_key, environ.get("TENCENTCLOUD_SESSION_TOKEN") or None)


def _identity_token(environ: Mapping[str, str]) -> str:
    """GitHub's OIDC token, which identifies the repository and workflow.

    https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
    """
    url = httpx2.URL(required(environ, "ACTIONS_ID_TOKEN_REQUEST_URL")).copy_add_param("audience", _AUDIENCE)
    response = httpx2.get(
        url,
        headers={"Authorization": f"Bearer {required(environ, 'ACTIONS_ID_TOKEN_REQUEST_TOKEN')}"},
    )
    if response.status_code != httpx2.codes.OK:
        raise DeployFailed(f"GitHub issued no identity token: it answered {response.status_code}")
    token: str = response.json()["value"]
    return token
