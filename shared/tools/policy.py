"""Policies: whether a tool is called at once, only after the user approved the call, or never."""

from collections.abc import Mapping

from shared.tools.tool import Policy

EVERY_TOOL = "*"


def effective_policy(policy: Mapping[str, str], name: str, *, read_only: bool) -> Policy:
    """The policy of a tool: its own, else that of `*`, else `allow` for a tool that says it only reads, and `ask`."""
    default: Policy = "allow" if read_only else "ask"
    chosen = policy.get(name) or policy.get(EVERY_TOOL)
    known: Mapping[str, Policy] = {"allow": "allow", "ask": "ask", "deny": "deny"}
    return known.get(chosen or "", default)
