"""Entry of the function that reads a document, invoked asynchronously when it has been uploaded."""

import asyncio
import hashlib
import logging
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from functions.file.readers.outcome import UnreadableDocument
from functions.file.readers.process import read_in_process, render_in_process
from functions.file.schemas import ExtractJob
from functions.file.uploads import MAX_FILE_BYTES
from shared.chat.file_out import FileEvent, file_out
from shared.config import GatewaySettings, load
from shared.db.models import File
from shared.db.repositories import files, ws_connections
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.llm.tokens import IMAGE_TOKENS, estimate_text_tokens
from shared.logging import RequestContext, configure_logging, fields, request_context
from shared.storage import get_object_store
from shared.storage.files import original_key, page_image_key, text_key
from shared.storage.object_store import ObjectStoreUnavailable
from shared.web.gateway_client import ConnectionGone, GatewayUnavailable, post_frame

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: dict[str, Any], _context: Any) -> dict[str, str]:
    """Read the document of an ExtractJob. Idempotent: the platform may deliver an event twice."""
    try:
        job = ExtractJob.model_validate(event)
    except ValidationError:
        _log.exception("the event is not an ExtractJob")
        return {"status": "refused"}
    request_context.set(
        RequestContext(
            request_id=job.file_id,
            trace_id=job.trace_id or job.file_id,
            client_ip="unknown",
            method="EXTRACT",
            path=job.file_id,
            user_id=job.user_id,
        )
    )
    file = read_file(job)
    return {"status": "gone" if file is None else file.state}


def read_file(job: ExtractJob) -> File | None:
    """Read a document, store its text or its page images and notify its owner; None when it is not to be read any
    more."""
    with transaction() as session:
        file = files.find_file(session, job.user_id, job.file_id)
    if file is None or file.state != "reading":
        return None
    started_at = file.updated_at
    try:
        columns = _render(file) if job.page_images else _read(file)
    except UnreadableDocument as error:
        columns = {"state": "failed", "error": error.code, "pages": error.pages}
    except ObjectStoreUnavailable:
        _log.exception("the object store cannot be reached")
        columns = {"state": "failed", "error": "file_unreadable"}
    ended = _end(file, started_at, columns)
    if ended is not None:
        _log.info(
            "document read", extra=fields(file_id=file.id, state=ended.state, error=ended.error, pages=ended.pages)
        )
        _notify(ended)
    return ended


def _read(file: File) -> dict[str, Any]:
    """The columns of a file that was read. Raises UnreadableDocument, ObjectStoreUnavailable."""
    data = _original(file)
    sha256 = hashlib.sha256(data).hexdigest()
    if file.sha256 not in (None, sha256):
        raise UnreadableDocument("file_unreadable")
    store, key = get_object_store(), text_key(file.user_id, file.id)
    with transaction() as session:
        equal = files.find_equal(session, file.user_id, sha256, file.size, other_than=file.id)
    if equal is not None and store.copy(text_key(equal.user_id, equal.id), key):
        found = {"pages": equal.pages, "lines": equal.lines, "tokens": equal.tokens}
    else:
        document = read_in_process(data, file.name)
        store.put(key, document.to_json(), "application/json; charset=utf-8")
        found = {
            "pages": len(document.pages) if document.has_pages else None,
            "lines": len(document.lines),
            "tokens": estimate_text_tokens(document.text),
        }
    return {"state": "ready", "sha256": sha256, "error": None, **found}


def _render(file: File) -> dict[str, Any]:
    """The columns of a scan whose pages were rendered. Raises UnreadableDocument, ObjectStoreUnavailable."""
    images = render_in_process(_original(file), file.name)
    store = get_object_store()
    for page, image in enumerate(images, 1):
        store.put(page_image_key(file.user_id, file.id, page), image, "image/png")
    return {"state": "ready", "error": None, "page_images": len(images), "tokens": len(images) * IMAGE_TOKENS}


def _original(file: File) -> bytes:
    """The bytes that were uploaded. Raises UnreadableDocument, ObjectStoreUnavailable."""
    data = get_object_store().read(original_key(file.user_id, file.id), MAX_FILE_BYTES)
    if data is None or len(data) != file.size:
        raise UnreadableDocument("file_unreadable")
    return data


def _end(file: File, started_at: datetime, columns: dict[str, Any]) -> File | None:
    with transaction() as session:
        if not files.end_reading(session, file.user_id, file.id, started_at, {**columns, "updated_at": utc_now()}):
            return None
        return files.find_file(session, file.user_id, file.id)


def _notify(file: File) -> None:
    """Send the event to the owner's connections. A client that misses it polls."""
    if not load(GatewaySettings).websocket_endpoint:
        return
    with transaction() as session:
        connection_ids = ws_connections.list_connections(session, file.user_id, utc_now())
    frame = FileEvent(file=file_out(file)).model_dump_json()
    if connection_ids:
        asyncio.run(_post(connection_ids, frame))


async def _post(connection_ids: Any, frame: str) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    results = await asyncio.gather(
        *(post_frame(connection_id, frame) for connection_id in connection_ids), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException) and not isinstance(
            result, (ConnectionGone, GatewayUnavailable, BotoCoreError, ClientError)
        ):
            raise result
