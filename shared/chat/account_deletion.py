"""Deletion of an account with everything it owns.

The account ends in one transaction, which also removes its personal data and API keys. Its conversations, which may be
many, are deleted afterwards in batches: as many as a request has time for, the others by the sweep.
"""

import time
from datetime import datetime

from sqlalchemy.orm import Session

from shared.db.repositories import (
    account_tokens,
    audit_entries,
    conversations,
    identities,
    invites,
    messages,
    model_configs,
    object_deletions,
    outgoing_mails,
    passkeys,
    projects,
    prompts,
    refresh_tokens,
    search_engines,
    second_factors,
    shares,
    tool_servers,
    user_settings,
    users,
)
from shared.db.session import transaction
from shared.storage.removal import remove_objects
from shared.storage.shares import share_prefix

# Time limit within a request, in seconds. Gateways wait 29 s, and removing the objects takes up to 10.
_REQUEST_SECONDS = 10.0
_BATCH = 20


def start_account_deletion(session: Session, user_id: str, now: datetime) -> None:
    """End the account: its logins, streaming replies, profile, API keys and tool servers.

    No effect on one that was deleted.
    """
    user = users.lock_user(session, user_id)
    if user is None or user.deleted_at is not None:
        return
    user.deleted_at = user.updated_at = now
    audit_entries.forget_address(session, user.email)
    invites.delete_used_of_email(session, user.email)
    # Frees the address for another account. No mail goes to `.invalid` (RFC 2606).
    user.email = f"{user.id}@deleted.invalid"
    user.username = ""
    # Matches no password.
    user.password_hash = ""
    refresh_tokens.revoke_user(session, user_id, now)
    account_tokens.delete_of_user(session, user_id)
    outgoing_mails.delete_of_user(session, user_id)
    identities.delete_all_identities(session, user_id)
    passkeys.delete_all_passkeys(session, user_id)
    second_factors.delete_totp(session, user_id)
    second_factors.delete_recovery_codes(session, user_id)
    messages.request_stop_of_all(session, user_id, now)
    user_settings.delete_user_settings(session, user_id)
    prompts.delete_all_prompts(session, user_id)
    projects.delete_all_projects(session, user_id)
    model_configs.delete_all_model_configs(session, user_id)
    tool_servers.delete_all_tool_servers(session, user_id)
    search_engines.delete_search_engine(session, user_id)
    object_deletions.add_object_deletions(session, [_objects_of(user_id)])


def delete_account_data(user_id: str, seconds: float = _REQUEST_SECONDS) -> bool:
    """Delete what an ended account owns, and its row last; False when the time was up before.

    Idempotent, and without effect on an account that was not ended. Call it outside a transaction.
    """
    deadline = time.monotonic() + seconds
    delete_shares(user_id)
    while True:
        with transaction() as session:
            user = users.find_user(session, user_id)
            if user is None or user.deleted_at is None:
                return True
            batch = conversations.list_all_ids(session, user_id, _BATCH)
            conversations.delete_conversations(session, user_id, batch)
            if not batch:
                users.delete_user(session, user_id)
        if not batch:
            break
        if time.monotonic() > deadline:
            return False
    remove_objects([_objects_of(user_id)])
    return True


def delete_shares(user_id: str) -> None:
    """Delete the share links of an account that was deleted or disabled: anybody can read them.

    Without effect on another one. Call it outside a transaction.
    """
    with transaction() as session:
        user = users.find_user(session, user_id)
        if user is None or (user.deleted_at is None and user.disabled_at is None):
            return
        prefixes = [share_prefix(share_id) for share_id in shares.delete_all_shares(session, user_id)]
        object_deletions.add_object_deletions(session, prefixes)
    remove_objects(prefixes)


def _objects_of(user_id: str) -> str:
    """The prefix of the keys of all the account's stored objects."""
    return f"{user_id}/"
