"""Ownership: an id that belongs to another user is answered like an unknown one, in every field that takes an id.

The fields are found in the functions' own schemas, so that a new route or field is tested without being
added here; one whose other fields are unknown fails until it is given an example.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

import httpx2
import pytest
from sqlalchemy import update

from functions.websocket.app import app as websocket_app
from functions.websocket.schemas import ClientFrame
from shared.db.models import File, Identity, Message, MessageStep, Passkey
from shared.db.repositories import passkeys
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.ids import new_id
from tests.conftest import PASSWORD
from tests.support.all_functions import APPS
from tests.support.api import Client
from tests.support.processes import serve
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish
from tests.support.sockets import WebSocket, reply_to
from tests.support.tool_servers import ToolServerUnderTest, sdk_server

# Values of other required fields.
EXAMPLES = {
    "n": 1,
    "decision": "allow",
    "message": "Hi",
    "suffixes": ["png"],
    "name": "n",
    "command": "c",
    "title": "t",
    "text": "t",
    "media_type": "",
    "size": 1,
}
# Ids in an import refer to the import itself, or are refused (tests/functions/test_import.py, test_moving_in.py).
BY_ITSELF = {"/conversation/import"}
# The operator's calls act on any account and are refused to everybody else (tests/contract/test_permissions.py).
OPERATORS = "/admin/"


@dataclass
class Things:
    """A user's resources, by field name."""

    model_config: str
    project: str
    prompt: str
    tool: str
    conversation: str
    message: str
    file: str
    # Sealed, and uploaded but not published.
    share: str
    # Another login than the one that calls.
    session: str
    # A sign-in with another provider.
    identity: str
    passkey: str

    def of(self, domain: str, name: str, path: str = "") -> str:
        """The resource that a field of a domain's call refers to."""
        if path.startswith("/user/identity/"):
            name = "identity"
        elif path.startswith("/user/passkey/"):
            name = "passkey"
        elif name in ("id", "ids"):
            name = "session" if domain == "user" else domain
        kind = name.removesuffix("_id").removeprefix("default_")
        if kind in ("active_leaf", "leaf", "parent"):
            kind = "message"
        thing: str = getattr(self, kind)
        return thing


@dataclass(frozen=True)
class IdField:
    """A field or parameter with the id of a resource."""

    method: str
    path: str
    name: str
    required: tuple[str, ...] = field(default=(), compare=False)

    @property
    def domain(self) -> str:
        return self.path.split("/")[1]

    def arguments(self, thing: str, own: Things) -> dict[str, Any]:
        """The call's body, with `thing` in this field and the caller's own resources in the others."""
        body = {name: own.of(self.domain, name, self.path) if is_id(name) else EXAMPLES[name] for name in self.required}
        body[self.name] = thing
        return {name: [value] if name == "ids" else value for name, value in body.items()}

    def call(self, user: Client, thing: str, own: Things) -> tuple[int, Any]:
        """Status and body of the response, without parts that differ in every response."""
        in_path = f"{{{self.name}}}" in self.path
        path = self.path.replace(f"{{{self.name}}}", thing).replace("{conversation_id}", own.conversation)
        if in_path:
            response = user.request(
                self.method, path, headers={"Authorization": f"Bearer {user.tokens['access_token']}"}
            )
        elif self.method == "GET":
            response = user.get(path, **{self.name: thing})
        else:
            response = user.post(self.path, **self.arguments(thing, own))
        if response.headers.get("content-type") != "application/json":
            return response.status_code, response.text
        body = response.json()
        if isinstance(body, dict) and "error" in body:
            # A file's own error has none.
            body["error"].pop("request_id", None)
        return response.status_code, body


def is_id(name: str) -> bool:
    return name in ("id", "ids") or name.endswith("_id")


def http_id_fields() -> Iterator[IdField]:
    for app in APPS.values():
        document = app.openapi()
        for path, methods in document["paths"].items():
            if path in BY_ITSELF or path.startswith(OPERATORS):
                continue
            for method, operation in methods.items():
                for parameter in operation.get("parameters", ()):
                    if is_id(parameter["name"]):
                        yield IdField(method.upper(), path, parameter["name"])
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                reference = content.get("schema", {}).get("$ref")
                if reference is not None:
                    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
                    for name in filter(is_id, schema["properties"]):
                        yield IdField(method.upper(), path, name, tuple(schema.get("required", ())))


def frame_id_fields() -> Iterator[IdField]:
    for frame in get_args(ClientFrame):
        (kind,) = get_args(frame.model_fields["type"].annotation)
        fields = {name: info for name, info in frame.model_fields.items() if name not in ("type", "request_id")}
        required = tuple(name for name, info in fields.items() if info.is_required())
        for name in filter(is_id, fields):
            yield IdField(kind, "/chat/ws/chat", name, required)


HTTP_ID_FIELDS = list(http_id_fields())
FRAME_ID_FIELDS = list(frame_id_fields())


def test_the_id_fields_are_found() -> None:
    found = {(id_field.method, id_field.path, id_field.name) for id_field in HTTP_ID_FIELDS}
    assert {
        ("POST", "/model_config/delete", "ids"),
        ("POST", "/conversation/update", "id"),
        ("POST", "/conversation/update", "active_leaf_id"),
        ("POST", "/conversation/create", "model_config_id"),
        ("POST", "/chat/send", "conversation_id"),
        ("POST", "/chat/send", "parent_id"),
        ("GET", "/chat/{conversation_id}", "conversation_id"),
        ("GET", "/chat/{conversation_id}", "leaf_id"),
        ("GET", "/chat/{conversation_id}/outline", "conversation_id"),
        ("GET", "/chat/resume/{message_id}", "message_id"),
    } <= found
    assert {(id_field.method, id_field.name) for id_field in FRAME_ID_FIELDS} >= {
        ("send", "parent_id"),
        ("stop", "message_id"),
    }


@pytest.fixture(scope="module")
def tool_server() -> Iterator[ToolServerUnderTest]:
    with sdk_server(with_oauth=True) as server:
        yield server


@pytest.fixture
def new_things(
    provider: ScriptedProvider, tool_server: ToolServerUnderTest, store_url: str, settings: Callable[..., None]
) -> Callable[[Client], Things]:
    """A function that gives a user a conversation with a continuable reply, a model, and the other resources."""
    # Each call of the function makes one.
    settings(TOOL_SERVERS_PER_USER="1000")

    def make(user: Client) -> Things:
        config = {"name": "Mine", "base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
        configs = user.get("/model_config").json()["items"] or [user.post("/model_config/create", **config).json()]
        conversation_id = user.post("/conversation/create").json()["id"]
        provider.enqueue(Script([delta("Cut off"), finish("length")]))
        events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
        user_id = user.get("/user/me").json()["id"]
        # With a passkey, the login below would need it.
        remove_passkeys(user_id)
        user.post("/user/login", email=user.email, password=PASSWORD)
        sessions = user.get("/user/session").json()["items"]
        other = next(session["id"] for session in sessions if not session["current"])
        project_id = user.post("/project/create", name="Mine").json()["id"]
        prompt = {"command": "own", "title": "t", "text": "t", "project_id": project_id}
        prompt_id = user.post("/prompt/create", **prompt).json()["id"]
        tool_id = user.post("/tool/create", name="Mine", url=tool_server.url, auth="oauth").json()["id"]
        file = user.post("/file/create", name="a.txt", media_type="", size=1, conversation_id=conversation_id).json()[
            "file"
        ]
        share = user.post("/share/create", conversation_id=conversation_id, sealed=True).json()
        sealed = {"sealed": 1, "iv": "A" * 16, "data": "A"}
        httpx2.put(share["upload_url"], json=sealed, headers=share["upload_headers"], timeout=30)
        return Things(
            model_config=configs[0]["id"],
            project=project_id,
            prompt=prompt_id,
            tool=tool_id,
            conversation=conversation_id,
            message=events[0]["assistant_message_id"],
            file=file["id"],
            share=share["id"],
            session=other,
            identity=add_identity(user_id),
            passkey=add_passkey(user_id),
        )

    return make


def add_identity(user_id: str) -> str:
    identity = Identity(
        id=new_id(), user_id=user_id, issuer="https://accounts.example", subject=new_id(), last_used_at=utc_now()
    )
    with transaction() as session:
        session.add(identity)
    return identity.id


def add_passkey(user_id: str) -> str:
    passkey = Passkey(
        id=new_id(),
        user_id=user_id,
        credential_id="c",
        credential_hash=new_id(),
        public_key="k",
        sign_count=0,
        transports="",
        name="Mine",
        backed_up=False,
    )
    with transaction() as session:
        session.add(passkey)
    return passkey.id


def remove_passkeys(user_id: str) -> None:
    with transaction() as session:
        passkeys.delete_all_passkeys(session, user_id)


def wait_for_an_answer(message_id: str) -> None:
    """Turn a reply into one whose first step waits."""
    with transaction() as session:
        session.execute(update(Message).where(Message.id == message_id).values(status="waiting"))
        session.add(
            MessageStep(
                message_id=message_id,
                n=1,
                tool="look",
                title="Look",
                state="waiting",
                round=1,
                call_id="c",
                called_as="look",
                at=0,
                arguments={},
                ask={"kind": "approve", "message": "Look?"},
                events=[],
                started_at=utc_now(),
            )
        )


def make_scan(file_id: str) -> None:
    with transaction() as session:
        columns = {"state": "failed", "error": "file_empty_text", "pages": 1}
        session.execute(update(File).where(File.id == file_id).values(**columns))


def snapshot(user: Client, things: Things) -> list[Any]:
    """All data that other users must not change."""
    lists = [
        user.get(path).json()
        for path in (
            "/model_config",
            "/project",
            "/prompt",
            "/tool",
            "/conversation",
            "/file",
            "/share",
            "/user/identity",
        )
    ]
    return [*lists, user.history(things.conversation)]


def test_another_users_id_is_answered_like_an_unknown_one_in_every_call(
    new_user: Callable[[], Client], new_things: Callable[[Client], Things], store_url: str
) -> None:
    owner, stranger = new_user(), new_user()
    strangers = new_things(stranger)
    for id_field in HTTP_ID_FIELDS:
        owners = new_things(owner)
        thing = owners.of(id_field.domain, id_field.name, id_field.path)
        if id_field.path == "/chat/answer":
            wait_for_an_answer(thing)
        if id_field.path == "/file/page_images":
            make_scan(thing)
        before = snapshot(owner, owners)

        unknown = id_field.call(stranger, new_id(), strangers)
        foreign = id_field.call(stranger, thing, strangers)
        assert foreign == unknown, id_field
        # A malformed id is answered alike: databases compare ids as ASCII.
        assert id_field.call(stranger, "名字", strangers) == unknown, id_field
        ignored = ({"deleted": 0}, {"restored": 0}, {"revoked": 0}, {"updated": 0})
        assert unknown[0] == 404 or unknown[1] in ignored, id_field
        assert snapshot(owner, owners) == before, id_field

        # The call itself is valid: the owner gets another response.
        if id_field.path == "/conversation/restore":
            owner.post("/conversation/delete", ids=[thing])
        status, body = id_field.call(owner, thing, owners)
        assert status in (200, 201, 202, 204), (id_field, body)
        assert (status, body) != unknown, id_field


def test_another_users_id_is_answered_like_an_unknown_one_in_every_frame(
    new_user: Callable[[], Client], new_things: Callable[[Client], Things]
) -> None:
    owner, stranger = new_user(), new_user()
    owners, strangers = new_things(owner), new_things(stranger)
    before = snapshot(owner, owners)
    with serve(websocket_app, lifespan="on") as url:
        socket = WebSocket(f"{url.replace('http', 'ws', 1)}/chat/ws/chat", stranger.tokens["access_token"])
        for id_field in FRAME_ID_FIELDS:
            answers = []
            for thing in (new_id(), owners.of(id_field.domain, id_field.name)):
                (frame,) = reply_to(socket, type=id_field.method, **id_field.arguments(thing, strangers))
                del frame["request_id"]
                frame["error"].pop("request_id", None)
                answers.append(frame)
            assert answers[0] == answers[1], id_field
            assert answers[0]["error"]["code"] == "not_found", id_field
        socket.close()
    assert snapshot(owner, owners) == before


def test_another_users_image_is_answered_like_an_unknown_one(
    new_user: Callable[[], Client], new_things: Callable[[Client], Things], store_url: str
) -> None:
    owner, stranger = new_user(), new_user()
    owners, strangers = new_things(owner), new_things(stranger)
    upload = "/chat/get_upload_presigned_url"
    item = owner.post(upload, conversation_id=owners.conversation, suffixes=["png"]).json()["items"][0]
    owner.request("PUT", item["upload_url"], content=b"pixels", headers=item["headers"]).raise_for_status()
    for path in ("/chat/send", "/conversation/generate_title"):
        answers = []
        for address in (
            {"key": item["key"]},
            {"url": item["upload_url"]},
            {"key": item["key"].replace(".png", "x.png")},
        ):
            message = [{"type": "image_url", "image_url": address}]
            response = stranger.post(path, conversation_id=strangers.conversation, message=message)
            error = response.json()["error"]
            answers.append((response.status_code, error["code"], error["message"]))
        assert set(answers) == {answers[0]}, path
        assert answers[0][:2] == (422, "invalid_image"), path


def test_an_idempotency_key_does_not_reach_another_users_reply(
    new_user: Callable[[], Client], new_things: Callable[[Client], Things]
) -> None:
    started = []
    for user in (new_user(), new_user()):
        user.headers["Idempotency-Key"] = "the-same-key"
        events = user.turn("/chat/send", conversation_id=user.post("/conversation/create").json()["id"], message="Hi")
        started.append(events[0]["assistant_message_id"])
    assert started[0] != started[1]
