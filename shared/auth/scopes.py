"""Groups and their permissions: the one table.

A permission is `resource:action` or, with a number, `resource:action:limit`; no number means no limit.
They travel in the access token's `scope` claim, space-separated.
"""

GROUP_PERMISSIONS: dict[str, tuple[str, ...]] = {
    "free": ("model_config:create:5", "chat:send"),
    "pro": ("model_config:create:50", "chat:send"),
    "admin": ("model_config:create", "chat:send"),
}
DEFAULT_GROUP = "free"


def scope_of(group: str) -> str:
    """The scope claim of a group. Raises KeyError for a group that is not in the table."""
    return " ".join(GROUP_PERMISSIONS[group])


def permission_limit(scope: str, permission: str) -> int | None:
    """How many of `permission` (such as `model_config:create`) a scope allows.

    None means any number; 0 means that the scope does not hold the permission.
    """
    for entry in scope.split():
        if entry == permission:
            return None
        name, _, limit = entry.rpartition(":")
        if name == permission and limit.isdecimal():
            return int(limit)
    return 0
