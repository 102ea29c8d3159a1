"""Object store faults in every call that involves images: crashes, hangs, errors, disconnects; then recovery."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from functions.maintenance.service import sweep
from shared.config import ObjectStoreSettings, load
from shared.db.models import ObjectDeletion
from shared.db.types import utc_now
from shared.storage import get_object_store
from tests.chaos.test_killed_function import count
from tests.functions.test_images import image, upload
from tests.support.api import Client, error_code
from tests.support.environment import ENVIRONMENT
from tests.support.processes import end_with_parent, free_port, is_listening, wait_until
from tests.support.raw_server import RawServer
from tests.support.scripted_provider import ScriptedProvider

UPLOAD = "/chat/get_upload_presigned_url"


@dataclass
class StoreProcess:
    """The local stage's store, which keeps its port over restarts."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        own = {"OBJECT_STORE_PORT": str(self.port), "CHAT_DATA_DIR": str(self.folder)}
        command = end_with_parent([sys.executable, "-m", "infra.local.object_store"])
        self.process = subprocess.Popen(command, env={**os.environ, **ENVIRONMENT, **own})
        wait_until(lambda: is_listening(self.port), timeout=60, what="the object store")

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture
def store(tmp_path: Path, settings: Callable[..., None]) -> Iterator[StoreProcess]:
    store = StoreProcess(tmp_path)
    store.start()
    settings(OBJECT_STORE_ENDPOINT=f"http://127.0.0.1:{store.port}")
    get_object_store.cache_clear()
    yield store
    store.kill()
    get_object_store.cache_clear()


Fault = Callable[[], AbstractContextManager[None]]
ANSWERS = {
    "fails": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "hangs up": b"",
    "breaks off": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nHalf of",
}


@pytest.fixture(params=["dies", "hangs", "fails", "hangs up"])
def fault(request: pytest.FixtureRequest, store: StoreProcess, settings: Callable[..., None]) -> Fault:
    """A function that returns a context in which the store fails."""
    if request.param == "dies":
        return lambda: _dead(store)
    if request.param == "hangs":
        return lambda: _frozen(store, settings)
    return lambda: _answering(ANSWERS[request.param], store, settings)


@contextmanager
def _dead(store: StoreProcess) -> Iterator[None]:
    store.kill()
    yield
    store.start()


@contextmanager
def _frozen(store: StoreProcess, settings: Callable[..., None]) -> Iterator[None]:
    """Its port accepts connections, but does not answer."""
    settings(OBJECT_STORE_SECONDS="0.2")
    get_object_store.cache_clear()
    store.send(signal.SIGSTOP)
    yield
    store.send(signal.SIGCONT)
    settings(OBJECT_STORE_SECONDS="10")
    get_object_store.cache_clear()


@contextmanager
def _answering(answer: bytes, store: StoreProcess, settings: Callable[..., None]) -> Iterator[None]:
    with RawServer([answer]).serve() as server:
        settings(OBJECT_STORE_ENDPOINT=server.base_url.removesuffix("/v1"))
        get_object_store.cache_clear()
        yield
    settings(OBJECT_STORE_ENDPOINT=f"http://127.0.0.1:{store.port}")
    get_object_store.cache_clear()


def image_url_of(message: dict[str, Any]) -> str:
    url: str = message["content"][1]["image_url"]["url"]
    return url


def test_a_message_with_an_image_can_be_sent_again_after_a_store_outage(
    user: Client, provider: ScriptedProvider, conversation_id: str, store: StoreProcess, fault: Fault
) -> None:
    key = upload(user, conversation_id)["key"]
    user.headers["Idempotency-Key"] = "once"
    with fault():
        response = user.post("/chat/send", conversation_id=conversation_id, message=image(key=key))
        assert (response.status_code, error_code(response)) == (503, "storage_unavailable")
        assert (user.history(conversation_id), provider.requests) == ([], [])
    events = user.turn("/chat/send", conversation_id=conversation_id, message=image(key=key))
    assert events[-1]["status"] == "completed"
    assert len(user.history(conversation_id)) == 2


def test_calls_that_only_reference_images_work_without_the_store(
    user: Client, provider: ScriptedProvider, conversation_id: str, store: StoreProcess, fault: Fault
) -> None:
    key = upload(user, conversation_id)["key"]
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=key))
    with fault():
        given = user.post(UPLOAD, conversation_id=conversation_id, suffixes=["png", "jpg"])
        assert given.status_code == 200
        assert user.history(conversation_id)[0]["content"][1]["image_url"]["key"] == key
        titled = user.post("/conversation/generate_title", conversation_id=conversation_id, message=image(key=key))
        assert titled.status_code == 200
        only_an_image = image(key=key)[1:]
        titled = user.post("/conversation/generate_title", conversation_id=conversation_id, message=only_an_image)
        assert titled.status_code == 200
        without = user.post("/conversation/create").json()["id"]
        assert user.turn("/chat/send", conversation_id=without, message="Words")[-1]["type"] == "completed"
    assert httpx2.get(image_url_of(user.history(conversation_id)[0])).status_code == 200


def test_a_reply_that_needs_an_image_can_be_regenerated_after_a_store_outage(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    store: StoreProcess,
    fault: Fault,
    settings: Callable[..., None],
) -> None:
    settings(IMAGE_DELIVERY="inline")
    key = upload(user, conversation_id)["key"]
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message=image(key=key))[0][
        "assistant_message_id"
    ]
    with fault():
        failed = user.turn("/chat/regenerate", message_id=reply_id)[-1]
    check_image_unreadable(failed)
    assert user.turn("/chat/regenerate", message_id=reply_id)[-1]["status"] == "completed"
    assert [message["status"] for message in user.history(conversation_id)[1:]] == ["completed", "failed", "completed"]


def check_image_unreadable(event: dict[str, Any]) -> None:
    assert event["type"] == "failed"
    message = "An image of the conversation could not be read."
    assert event["error"] == {"code": "provider_error", "message": message}


def test_an_incomplete_image_is_not_sent_to_a_model(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    store: StoreProcess,
    settings: Callable[..., None],
) -> None:
    settings(IMAGE_DELIVERY="inline")
    key = upload(user, conversation_id)["key"]
    with _answering(ANSWERS["breaks off"], store, settings):
        failed = user.turn("/chat/send", conversation_id=conversation_id, message=image(key=key))[-1]
    check_image_unreadable(failed)
    assert provider.requests == []


def test_failed_deletions_are_retried_later(
    user: Client, provider: ScriptedProvider, conversation_id: str, store: StoreProcess, fault: Fault
) -> None:
    sent = upload(user, conversation_id)
    unsent = upload(user, conversation_id)
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=sent["key"]))
    kept = user.post("/conversation/create").json()["id"]
    others = upload(user, kept)
    after_all_uploads = utc_now() + timedelta(seconds=load(ObjectStoreSettings).upload_url_seconds, minutes=2)
    with fault():
        assert user.post("/conversation/delete", purge=True, ids=[conversation_id]).json() == {"deleted": 1}
        assert user.get(f"/chat/{conversation_id}").status_code == 404
        assert sweep(after_all_uploads)["prefixes_removed"] == 0
        assert count(ObjectDeletion) == 1
    assert sweep(after_all_uploads + timedelta(seconds=1))["prefixes_removed"] == 1
    assert count(ObjectDeletion) == 0
    left = [get_object_store().describe(item["key"]) is not None for item in (sent, unsent, others)]
    assert left == [False, False, True]
