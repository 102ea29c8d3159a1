"""Business rules of share links.

A share is written in three parts: a transaction that reads the branch and queues the share's objects for deletion, the
objects, and a transaction that stores the row and takes the objects from the queue. A process that dies between leaves
objects that the sweep deletes, never ones that nobody can revoke.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from functions.share.document import Included, SharedBranch, share_branch
from functions.share.errors import InvalidSealedShare, ShareLimit, ShareTooLarge, SharingDisabled
from functions.share.schemas import CreateShareBody, UpdateShareBody
from functions.share.sealed import MAX_SEALED_BYTES, is_sealed_document
from functions.share.settings import ShareSettings
from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.chat.errors import StorageUnavailable
from shared.chat.parts import IMAGE_TYPES
from shared.chat.recovery import list_steps_of, recover_replies
from shared.config import ObjectStoreSettings, SharingSettings, load
from shared.db.models import Share
from shared.db.repositories import conversations, messages, object_deletions, pending_uploads, shares
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.stage_settings import read_settings
from shared.storage import get_object_store, get_site_store
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable, PresignedUpload
from shared.storage.removal import remove_objects
from shared.storage.shares import document_key, sealed_upload_key, share_prefix

MAX_SHARES = 200
_MAX_MESSAGES = 5000
# A gateway waits 29 s, in which the images are copied one after the other.
MAX_IMAGES = 50
# As a string in JSON, which a response of Lambda is: its limit is 6 MB, as a message's in a page.
_MAX_DOCUMENT_BYTES = 5_000_000
# A cache of the CDN and one of a browser, one after the other, show a revoked share for a minute at most.
_CACHE_CONTROL = "public, max-age=30"


@dataclass(frozen=True)
class SealedParts:
    """The parts of a share that the browser encrypts, and the upload of the result. `images`: names → download URLs."""

    branch: SharedBranch
    images: dict[str, str]
    upload: PresignedUpload


@dataclass(frozen=True)
class WrittenShare:
    share: Share
    sealed: SealedParts | None


def create_share(claims: Claims, body: CreateShareBody) -> WrittenShare:
    """A link to a copy of a branch. A sealed one can be read after `publish_sealed`.

    Raises TokenRevoked, SharingDisabled, NotFound, ShareLimit, RateLimited, ShareTooLarge, StorageUnavailable.
    """
    user_id, now = claims.user_id, utc_now()
    site = _site_store()
    included = Included(body.include.reasoning, body.include.steps, body.include.images)
    share = Share(
        # Whoever knows it can read the share: `new_id` has only 62 random bits.
        id=secrets.token_urlsafe(16),
        user_id=user_id,
        conversation_id=body.conversation_id,
        sealed=body.sealed,
        published=not body.sealed,
        images=[],
        expires_at=_expiry(now, body.expires_in),
        created_at=now,
    )
    prefix = share_prefix(share.id)
    with transaction() as session:
        confirm_login(session, claims)
        _check_sharing(session)
        if shares.lock_and_count_shares(session, user_id, now) >= MAX_SHARES:
            raise ShareLimit
        load(ShareSettings).uploads.consume(session, user_id, now)
        branch = _read_branch(session, share, body.leaf_id, included, now)
        object_deletions.add_object_deletions(session, [prefix])
    sealed = _write(site, share, branch)
    with transaction() as session:
        # Again: the account or the conversation may have been deleted meanwhile.
        confirm_login(session, claims)
        if conversations.lock_conversation(session, user_id, share.conversation_id) is None:
            raise NotFound
        shares.add_share(session, share)
        object_deletions.delete_object_deletion(session, prefix)
        if sealed is not None:
            pending_uploads.add_pending_uploads(session, user_id, [sealed.upload.key], now)
    return WrittenShare(share, sealed)


def update_share(claims: Claims, body: UpdateShareBody) -> WrittenShare:
    """Replace the copy behind a link. Raises as `create_share`, NotFound also for a share that has expired."""
    user_id, now = claims.user_id, utc_now()
    site = _site_store()
    with transaction() as session:
        confirm_login(session, claims)
        _check_sharing(session)
        share = shares.find_share(session, user_id, body.id, now)
        if share is None:
            raise NotFound
        load(ShareSettings).uploads.consume(session, user_id, now)
        session.expunge(share)
        if "expires_in" in body.model_fields_set:
            share.expires_at = _expiry(now, body.expires_in)
        included = Included(share.with_reasoning, share.with_steps, share.with_images)
        if body.include is not None:
            included = Included(body.include.reasoning, body.include.steps, body.include.images)
        before = share.images
        branch = _read_branch(session, share, body.leaf_id, included, now)
    sealed = _write(site, share, branch)
    with transaction() as session:
        stored = shares.lock_share(session, user_id, share.id)
        if stored is not None:
            for name in ("leaf_id", "title", "with_reasoning", "with_steps", "with_images", "images", "expires_at"):
                setattr(stored, name, getattr(share, name))
            stored.updated_at = share.updated_at
            if sealed is not None:
                # It may be left of an update that was not finished.
                pending_uploads.delete_pending_uploads(session, user_id, [sealed.upload.key])
                pending_uploads.add_pending_uploads(session, user_id, [sealed.upload.key], now)
    if stored is None:
        # Revoked meanwhile, so that what was written after that must go, too.
        _remove(site, share_prefix(share.id))
        raise NotFound
    for name in sorted(set(before) - set(share.images)):
        _remove(site, f"{share_prefix(share.id)}{name}")
    return WrittenShare(share, sealed)


def publish_sealed(claims: Claims, share_id: str) -> Share:
    """Publish the ciphertext that was uploaded for a sealed share.

    Raises TokenRevoked, SharingDisabled, NotFound, InvalidSealedShare, StorageUnavailable.
    """
    user_id, now = claims.user_id, utc_now()
    site = _site_store()
    key = sealed_upload_key(user_id, share_id)
    with transaction() as session:
        confirm_login(session, claims)
        _check_sharing(session)
        share = shares.find_share(session, user_id, share_id, now)
        if share is None or not share.sealed:
            raise NotFound
    try:
        content = get_object_store().read(key, MAX_SEALED_BYTES)
        if content is None or not is_sealed_document(content):
            raise InvalidSealedShare
        site.put(document_key(share_id), content, "application/json", _CACHE_CONTROL)
    except ObjectStoreUnavailable:
        raise StorageUnavailable from None
    with transaction() as session:
        stored = shares.lock_share(session, user_id, share_id)
        if stored is not None:
            stored.published = True
    if stored is None:
        _remove(site, share_prefix(share_id))
        raise NotFound
    # The sweep deletes what is uploaded again.
    remove_objects([key])
    return stored


def list_shares(session: Session, user_id: str) -> Sequence[Share]:
    return shares.list_shares(session, user_id, utc_now())


def revoke_shares(claims: Claims, share_ids: Sequence[str]) -> int:
    """Delete shares with their objects; returns their number. Raises TokenRevoked."""
    user_id = claims.user_id
    with transaction() as session:
        confirm_login(session, claims)
        revoked = shares.delete_shares(session, user_id, share_ids)
        prefixes = [share_prefix(share_id) for share_id in revoked]
        object_deletions.add_object_deletions(session, prefixes)
    remove_objects(prefixes)
    return len(revoked)


def is_sharing_enabled(session: Session) -> bool:
    """Whether shares can be made and updated: the operator has not turned sharing off, and the site has a bucket."""
    sharing = read_settings(session).shares or load(SharingSettings).shares
    return sharing == "on" and load(ObjectStoreSettings).site_bucket is not None


def _check_sharing(session: Session) -> None:
    if not is_sharing_enabled(session):
        raise SharingDisabled


def _site_store() -> ObjectStore:
    """Raises SharingDisabled where the site has no bucket."""
    store = get_site_store()
    if store is None:
        raise SharingDisabled
    return store


def _expiry(now: datetime, expires_in: int | None) -> datetime | None:
    return None if expires_in is None else now + timedelta(seconds=expires_in)


def _read_branch(
    session: Session, share: Share, leaf_id: str | None, included: Included, now: datetime
) -> SharedBranch:
    """The branch as a document; sets the share's columns that describe it. Raises NotFound, ShareTooLarge."""
    conversation = conversations.find_conversation(session, share.user_id, share.conversation_id)
    if conversation is None:
        raise NotFound
    leaf_id = leaf_id or conversation.active_leaf_id
    limit = _MAX_MESSAGES + 1
    branch = messages.list_branch(session, share.user_id, conversation.id, leaf_id, limit=limit) if leaf_id else []
    if not branch:
        raise NotFound
    if len(branch) > _MAX_MESSAGES:
        raise ShareTooLarge(f"A share has at most {_MAX_MESSAGES} messages. Share a shorter part.")
    recover_replies(session, [message for message in branch if message.status == "streaming"], now)
    steps = list_steps_of(session, branch) if included.steps else {}
    shared = share_branch(share.id, conversation.title, branch, steps, included, now, share.expires_at)
    if len(shared.images) > MAX_IMAGES:
        raise ShareTooLarge(f"A share has at most {MAX_IMAGES} images. Share it without images.")
    if len(json.dumps(shared.document.model_dump_json(), ensure_ascii=False).encode()) > _MAX_DOCUMENT_BYTES:
        raise ShareTooLarge
    share.leaf_id, share.title = branch[-1].id, conversation.title
    share.with_reasoning, share.with_steps, share.with_images = included.reasoning, included.steps, included.images
    share.updated_at = now
    return shared


def _write(site: ObjectStore, share: Share, branch: SharedBranch) -> SealedParts | None:
    """Write the objects of a share, the document last, or return what the browser has to seal.

    Requests the object store: do not call it inside a transaction. Raises StorageUnavailable.
    """
    store = get_object_store()
    if share.sealed:
        upload = store.presign_upload(sealed_upload_key(share.user_id, share.id), "application/json", MAX_SEALED_BYTES)
        return SealedParts(branch, {name: store.presign_download(key) for name, key in branch.images.items()}, upload)
    share.images = list(branch.images)
    try:
        for name, key in branch.images.items():
            content = store.read(key)
            # An image that is gone from the store is shown as missing.
            if content is not None:
                media_type = IMAGE_TYPES[name.rpartition(".")[2]]
                site.put(f"{share_prefix(share.id)}{name}", content, media_type, _CACHE_CONTROL)
        document = branch.document.model_dump_json().encode()
        site.put(document_key(share.id), document, "application/json", _CACHE_CONTROL)
    except ObjectStoreUnavailable:
        raise StorageUnavailable from None
    return None


def _remove(site: ObjectStore, prefix: str) -> None:
    """Raises StorageUnavailable."""
    try:
        site.delete_prefix(prefix)
    except ObjectStoreUnavailable:
        raise StorageUnavailable from None
