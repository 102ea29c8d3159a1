"""The permissions of each user group.

A permission is `resource:action` or, with a number, `resource:action:limit`; no number means no limit.
They travel in the access token's `scope` claim, space-separated.
"""

from typing import Literal

from shared.errors import Forbidden

# Begin a turn: send, regenerate, continue.
CHAT_SEND = "chat:send"
# Store a model config; the limit is the number of configs per user.
MODEL_CONFIG_CREATE = "model_config:create"
# The operator's calls: accounts, models offered to everybody, settings, usage.
ADMIN = "admin"

GroupName = Literal["free", "pro", "admin"]
GROUP_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "free": (f"{MODEL_CONFIG_CREATE}:20", CHAT_SEND),
    "pro": (f"{MODEL_CONFIG_CREATE}:50", CHAT_SEND),
    "admin": (MODEL_CONFIG_CREATE, CHAT_SEND, ADMIN),
}
DEFAULT_GROUP = "free"
ADMIN_GROUP = "admin"


def scope_of(group: str) -> str:
    """The scope claim of a group. Raises KeyError for a group that is not in the table."""
    return " ".join(GROUP_PERMISSIONS[group])


def permission_limit(scope: str, permission: str) -> int | None:
    """The limit of `permission` (such as `model_config:create`) in a scope.

    None means no limit; 0 means that the scope lacks the permission.
    """
    for entry in scope.split():
        if entry == permission:
            return None
        name, _, limit = entry.rpartition(":")
        if name == permission and limit.isdecimal():
            return int(limit)
    return 0


def require_permission(scope: str, permission: str) -> None:
    """Raises Forbidden when the scope lacks `permission`."""
    if permission_limit(scope, permission) == 0:
        raise Forbidden
