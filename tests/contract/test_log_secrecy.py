"""The leak detection in log lines (tests/support/log_watch.py) finds secrets."""

import logging

import pytest
from sqlalchemy import Engine

from functions.websocket.app import app as websocket_app
from tests.support import tokens
from tests.support.api import Client
from tests.support.function_server import function_server
from tests.support.log_watch import LogWatch, log_watch
from tests.support.processes import serve
from tests.support.sockets import Refused, WebSocket

log = logging.getLogger("tests.leaking")


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> LogWatch:
    """A separate instance, which receives the test's lines instead of the run's."""
    watch = LogWatch()
    monkeypatch.setattr(log_watch(), "see_line", watch.see_line)
    return watch


@pytest.mark.parametrize("known_before", [True, False])
def test_a_secret_is_found_anywhere_in_a_line(watch: LogWatch, known_before: bool) -> None:
    secret = "a sécret of several words"
    if known_before:
        watch.keep_secret(secret)
    log.warning("in the message: %s", secret)
    log.warning("in a field", extra={"field": {"nested": secret}})
    try:
        int(secret)
    except ValueError:
        log.exception("in a traceback")
    log.warning("nowhere")
    watch.keep_secret(secret)
    leaks = watch.leaks()
    assert len(leaks) == 3
    assert all("test_a_secret_is_found" in leak.test for leak in leaks)


def test_a_json_escaped_secret_is_found(watch: LogWatch) -> None:
    watch.keep_secret('a "quoted"\nsecret')
    log.warning('here: a "quoted"\nsecret')
    assert len(watch.leaks()) == 1


def test_loggers_without_propagation_are_watched(watch: LogWatch) -> None:
    lonely = logging.getLogger("tests.lonely")
    lonely.propagate = False
    watch.keep_secret("a-long-secret")
    lonely.error("a-long-secret")
    assert len(watch.leaks()) == 1


def test_secrets_are_recognized_by_their_format(watch: LogWatch) -> None:
    for text in (
        tokens.sign({"sub": "somebody"}),
        "$2b$12$" + "x" * 53,
        "https://images.example/key?q-sign-algorithm=sha1&q-signature=0123",
    ):
        log.warning("here: %s", text)
    assert len(watch.leaks()) == 3


def test_secrets_of_the_test_client_are_known(user: Client, watch: LogWatch) -> None:
    known = log_watch()._secrets
    assert {user.tokens["access_token"], user.tokens["refresh_token"], "correct-horse-1"} <= known
    user.post("/model_config/test", base_url="http://127.0.0.1:1", model="m", api_key="sk-an-api-key-of-a-user")
    assert "sk-an-api-key-of-a-user" in known


def test_a_token_that_uvicorn_logs_in_a_process_of_its_own_is_found(watch: LogWatch) -> None:
    token = tokens.sign({"sub": "somebody"})
    with function_server("tests.support.careless:app", {}) as server:
        WebSocket(f"ws://127.0.0.1:{server.port}/", token).close()
    (leak,) = watch.leaks()
    assert "[accepted]" in leak.line


def test_the_websocket_server_logs_no_token(database: Engine, user: Client, watch: LogWatch) -> None:
    good, bad = user.tokens["access_token"], tokens.sign({"sub": "somebody"})
    environment = {"DATABASE_URL": database.url.render_as_string(hide_password=False)}
    with function_server("functions.websocket.app:app", environment) as server:
        url = f"ws://127.0.0.1:{server.port}/chat/ws/chat"
        socket = WebSocket(url, good)
        socket.send(type="ping")
        assert socket.receive() == {"type": "pong"}
        socket.close()
        with pytest.raises(Refused):
            WebSocket(url, bad)
        with pytest.raises(Refused):
            WebSocket(f"ws://127.0.0.1:{server.port}/no/such/path", good)
    assert any('"message": "connected"' in line for line in watch.lines())
    assert watch.leaks() == []


def test_a_websocket_server_in_this_process_logs_no_token(database: Engine, user: Client, watch: LogWatch) -> None:
    with serve(websocket_app, lifespan="on") as url:
        WebSocket(url.replace("http", "ws", 1) + "/chat/ws/chat", user.tokens["access_token"]).close()
    assert any('"message": "connected"' in line for line in watch.lines())
    assert watch.leaks() == []
