"""Business rules of files."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from functions.file.errors import NotAScan
from functions.file.schemas import CreateFileBody, ExtractJob
from functions.file.settings import FileSettings
from functions.file.uploads import MAX_FILE_BYTES, check_upload, stored_type
from shared.auth.claims import Claims
from shared.auth.limits import Limit
from shared.auth.principal import confirm_login
from shared.chat.errors import StorageUnavailable
from shared.chat.file_out import is_scan
from shared.config import DocumentSettings, load
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import File
from shared.db.repositories import conversations, files, object_deletions, projects
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.invocation import RoleKeys, invoke_function
from shared.logging import fields, request_context
from shared.stage_settings import read_settings
from shared.storage import get_object_store
from shared.storage.files import copy_file, file_prefix, original_key
from shared.storage.object_store import ObjectStoreUnavailable, PresignedUpload
from shared.storage.removal import remove_objects

_log = logging.getLogger(__name__)

# A file that is being read for so long has lost its process: reading takes a minute at most.
_STALE = timedelta(seconds=100)
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class NewFile:
    file: File
    upload: PresignedUpload


def create_file(claims: Claims, body: CreateFileBody) -> NewFile:
    """A file that is about to be uploaded, or is ready because the user has uploaded the same bytes before.

    Raises TokenRevoked, NotFound, EmptyFile, PayloadTooLarge, UnsupportedFile, RateLimited, StorageUnavailable.
    """
    user_id, now = claims.user_id, utc_now()
    with transaction() as session:
        confirm_login(session, claims)
        check_upload(body.name, body.media_type, body.size)
        _check_owned(session, user_id, body.conversation_id, body.project_id)
        equal = files.find_equal(session, user_id, body.sha256, body.size) if body.sha256 else None
        attempts = read_settings(session).files_per_user_per_day
        attempts = load(DocumentSettings).files_per_user_per_day if attempts is None else attempts
        Limit("file", attempts, _DAY_SECONDS).consume(session, user_id, now)
    file = File(
        id=new_id(),
        user_id=user_id,
        conversation_id=body.conversation_id,
        project_id=body.project_id,
        name=body.name,
        media_type=body.media_type or "application/octet-stream",
        size=body.size,
        sha256=body.sha256,
        state="uploading",
        created_at=now,
        updated_at=now,
    )
    if equal is not None and _copy_objects(equal, file):
        file.state = "ready"
        file.pages, file.lines, file.tokens = equal.pages, equal.lines, equal.tokens
    with transaction() as session:
        # Again: the conversation may have been deleted meanwhile.
        _check_owned(session, user_id, body.conversation_id, body.project_id)
        files.add_files(session, [file])
    store = get_object_store()
    upload = store.presign_upload(original_key(user_id, file.id), stored_type(file.media_type), MAX_FILE_BYTES)
    return NewFile(file, upload)


def start_reading(claims: Claims, file_id: str, keys: RoleKeys | None) -> File:
    """Start `extract` for a file that was uploaded, also again for one that failed. No effect on one that is ready or
    being read. Raises TokenRevoked, NotFound.
    """
    return _start_extract(claims, file_id, keys, page_images=False)


def start_rendering(claims: Claims, file_id: str, keys: RoleKeys | None) -> File:
    """Start `extract` for the page images of a scan. No effect on a file that is ready or being read.

    Raises TokenRevoked, NotFound, NotAScan.
    """
    return _start_extract(claims, file_id, keys, page_images=True)


def _start_extract(claims: Claims, file_id: str, keys: RoleKeys | None, *, page_images: bool) -> File:
    user_id, now = claims.user_id, utc_now()
    with transaction() as session:
        confirm_login(session, claims)
        file = files.lock_file(session, user_id, file_id)
        if file is None:
            raise NotFound
        is_started = file.state == "ready" or (file.state == "reading" and file.updated_at > now - _STALE)
        if page_images and not is_started and not is_scan(file):
            raise NotAScan
        if not is_started:
            file.state, file.error, file.updated_at = "reading", None, now
    if is_started:
        return file
    context = request_context.get()
    trace_id = context.trace_id if context else ""
    job = ExtractJob(user_id=user_id, file_id=file_id, trace_id=trace_id, page_images=page_images)
    name = load(FileSettings).extract_function_name
    if name is None:
        # Imported here: where there is a function of its own, only that has the readers' packages.
        from functions.file.extract import read_file

        return read_file(job) or file
    invoke_function(name, job.model_dump_json(), keys)
    _log.info("extract invoked", extra=fields(file_id=file_id))
    return file


def get_file(session: Session, user_id: str, file_id: str) -> File:
    """Raises NotFound."""
    _fail_stale(session, user_id)
    file = files.find_file(session, user_id, file_id)
    if file is None:
        raise NotFound
    return file


def list_files(
    session: Session, user_id: str, conversation_id: str | None, project_id: str | None, cursor: str | None, limit: int
) -> tuple[Sequence[File], str | None]:
    """A page of files, newest first, and the next page's cursor. Raises NotFound, InvalidInput."""
    _check_owned(session, user_id, conversation_id, None)
    after = str(decode_cursor(cursor, str)[0]) if cursor else None
    found = files.list_files(session, user_id, conversation_id, project_id, after=after, limit=limit + 1)
    if not found:
        # Another user's project has none of the user's files either, so only an empty page is in doubt.
        _check_owned(session, user_id, None, project_id)
    if any(file.state == "reading" for file in found):
        # Also changes the files that were loaded.
        _fail_stale(session, user_id)
    return found[:limit], encode_cursor(found[limit - 1].id) if len(found) > limit else None


def delete_files(claims: Claims, file_ids: Sequence[str]) -> int:
    """Delete files and their objects; returns the number of files. Messages keep their names. Raises TokenRevoked."""
    user_id = claims.user_id
    with transaction() as session:
        confirm_login(session, claims)
        deleted = files.delete_files(session, user_id, file_ids)
        prefixes = [file_prefix(user_id, file_id) for file_id in deleted]
        object_deletions.add_object_deletions(session, prefixes)
    remove_objects(prefixes)
    return len(deleted)


def _check_owned(session: Session, user_id: str, conversation_id: str | None, project_id: str | None) -> None:
    if conversation_id is not None and not conversations.find_conversation(session, user_id, conversation_id):
        raise NotFound
    if project_id is not None and not projects.list_owned_ids(session, user_id, [project_id]):
        raise NotFound


def _copy_objects(source: File, file: File) -> bool:
    """Copy both objects of a file that has the same bytes; False when they are gone. Raises StorageUnavailable."""
    try:
        return copy_file(get_object_store(), file.user_id, source.id, file.id, None)
    except ObjectStoreUnavailable:
        raise StorageUnavailable from None


def _fail_stale(session: Session, user_id: str) -> None:
    now = utc_now()
    files.fail_stale(session, user_id, now - _STALE, now)
