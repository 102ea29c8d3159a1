"""Routes of the share calls."""

from functions.share import service
from functions.share.errors import InvalidSealedShare, ShareLimit, ShareTooLarge, SharingDisabled
from functions.share.schemas import (
    CreateShareBody,
    IncludedParts,
    PublishShareBody,
    Revoked,
    RevokeSharesBody,
    SavedShare,
    ShareList,
    ShareOut,
    UpdateShareBody,
)
from shared.chat.errors import StorageUnavailable
from shared.config import ObjectStoreSettings, SiteSettings, load
from shared.db.models import Share
from shared.errors import RateLimited
from shared.storage.shares import document_key
from shared.web.dependencies import CurrentUser, DbSession, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("share", responses=error_responses(*WITH_TOKEN))
_UPDATE = error_responses(*OWN_THING, SharingDisabled, ShareTooLarge, RateLimited, StorageUnavailable)
_CREATE = error_responses(*OWN_THING, SharingDisabled, ShareLimit, ShareTooLarge, RateLimited, StorageUnavailable)
_PUBLISH = error_responses(*OWN_THING, SharingDisabled, InvalidSealedShare, StorageUnavailable)


@router.post("/create", status_code=201, responses=_CREATE)
def create_share(body: CreateShareBody, user: TokenUser) -> SavedShare:
    """Share a branch of a conversation.

    Anybody who knows the link can read the copy, without an account. With `sealed`, encrypt the document of this
    response, PUT `{"sealed": 1, "iv", "data"}` to `upload_url`, and call `publish`: the link works from then on.
    """
    return _saved(service.create_share(user, body))


@router.get("")
def list_shares(session: DbSession, caller: CurrentUser) -> ShareList:
    """List share links.

    The caller's that can be read, newest first.
    """
    items = [_share(share) for share in service.list_shares(session, caller.user_id)]
    return ShareList(items=items, enabled=service.is_sharing_enabled(session))


@router.post("/update", responses=_UPDATE)
def update_share(body: UpdateShareBody, user: TokenUser) -> SavedShare:
    """Replace the copy behind a share link.

    With the messages, and the choices, of now; the link stays. A sealed one shows its former copy until it is
    encrypted, uploaded and published, as after `create`.
    """
    return _saved(service.update_share(user, body))


@router.post("/publish", responses=_PUBLISH)
def publish_share(body: PublishShareBody, user: TokenUser) -> ShareOut:
    """Publish a sealed share that has been uploaded.

    The link shows the uploaded document from then on, and the upload is deleted. Without an upload, or with one that is
    not `{"sealed": 1, "iv", "data"}`, the link stays as it is.
    """
    return _share(service.publish_sealed(user, body.id))


@router.post("/revoke")
def revoke_shares(body: RevokeSharesBody, user: TokenUser) -> Revoked:
    """Revoke share links.

    Their copies are deleted; caches show them for a minute at most. Ids that are not the caller's are ignored.
    """
    return Revoked(revoked=service.revoke_shares(user, body.ids))


def _saved(written: service.WrittenShare) -> SavedShare:
    sealed = written.sealed
    if sealed is None:
        return SavedShare(**vars(_share(written.share)))
    return SavedShare(
        **vars(_share(written.share)),
        document=sealed.branch.document,
        images=sealed.images,
        upload_url=sealed.upload.url,
        upload_headers=dict(sealed.upload.headers),
    )


def _share(share: Share) -> ShareOut:
    site, store = load(SiteSettings).site, load(ObjectStoreSettings)
    # On a developer's machine the object store's emulator, whose one bucket is the site's, too.
    is_emulated = store.site_bucket == store.object_store_bucket
    data_site = (store.object_store_endpoint if is_emulated else None) or site
    return ShareOut(
        id=share.id,
        conversation_id=share.conversation_id,
        leaf_id=share.leaf_id,
        title=share.title,
        url=f"{site}/#/s/{share.id}",
        data_url=f"{data_site}/{document_key(share.id)}",
        include=IncludedParts(reasoning=share.with_reasoning, steps=share.with_steps, images=share.with_images),
        sealed=share.sealed,
        created_at=share.created_at,
        updated_at=share.updated_at,
        expires_at=share.expires_at,
    )
