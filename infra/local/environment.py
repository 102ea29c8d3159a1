"""Environment of the local stage's processes: ports, folders, secrets, the functions' settings."""

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VIRTUAL_ENV = ROOT / ".venv"


class InvalidSetting(Exception):
    """An invalid environment variable; the message names it."""


@dataclass(frozen=True)
class Port:
    variable: str
    default: int
    purpose: str


HTTP = Port("HTTP_PORT", 8000, "the functions' HTTP gateway")
WEBSOCKET = Port("WEBSOCKET_PORT", 3001, "the functions' WebSocket gateway")
INVOKE = Port("INVOKE_PORT", 3002, "invoking functions")
OBJECT_STORE = Port("OBJECT_STORE_PORT", 9000, "the object store")
MODEL = Port("MODEL_PORT", 9100, "the embedded model")
SEARCH = Port("SEARCH_PORT", 9200, "the scripted search engine")
MAIL = Port("MAIL_PORT", 2525, "the mail catcher's SMTP server")
MAIL_PAGE = Port("MAIL_PAGE_PORT", 8025, "the page of caught mails")
SPA = Port("SPA_PORT", 5173, "the SPA")


@dataclass(frozen=True)
class LocalStage:
    """The local stage's configuration, and the resulting environment of its processes."""

    with_spa: bool
    with_model: bool
    ports: Mapping[Port, int]
    data_dir: Path
    environ: Mapping[str, str]

    @property
    def api_url(self) -> str:
        return f"http://localhost:{self.ports[HTTP]}"

    @property
    def url(self) -> str:
        """The URL to open in a browser."""
        return f"http://localhost:{self.ports[SPA]}" if self.with_spa else self.api_url

    def taken_ports(self) -> list[str]:
        """An error message for each needed port that is in use."""
        return [
            f"port {number} ({port.purpose}) is in use; free it or set {port.variable} to another"
            for port, number in self.ports.items()
            if _is_taken(number)
        ]


def data_folder(given: Mapping[str, str]) -> Path:
    """The folder of the local stage's data: CHAT_DATA_DIR, or `.local`."""
    return Path(given.get("CHAT_DATA_DIR") or ROOT / ".local").resolve()


def database_url(given: Mapping[str, str]) -> str:
    """DATABASE_URL, or the SQLite database in the local stage's folder."""
    return given.get("DATABASE_URL") or f"sqlite:///{data_folder(given) / 'chat.db'}"


def local_stage(given: Mapping[str, str]) -> LocalStage:
    """The local stage configured by `given`, the caller's environment.

    Creates the data directory and, at the first start, its secrets. Raises InvalidSetting.
    """
    given = {name: value for name, value in given.items() if value}
    with_spa, with_model = _switch(given, "SPA"), _switch(given, "MODEL")
    needed = [HTTP, WEBSOCKET, INVOKE, OBJECT_STORE, SEARCH, MAIL, MAIL_PAGE]
    ports = {
        port: _port(given, port) for port in (*needed, *([MODEL] if with_model else []), *([SPA] if with_spa else []))
    }
    data_dir = data_folder(given)
    data_dir.mkdir(parents=True, exist_ok=True)
    spa_port = ports.get(SPA, SPA.default)
    defaults = {
        **_secrets(data_dir / "secrets.json"),
        "DATABASE_URL": database_url(given),
        "OBJECT_STORE": "cos",
        "OBJECT_STORE_BUCKET": "chat-1250000000",
        "OBJECT_STORE_REGION": "ap-guangzhou",
        "OBJECT_STORE_ENDPOINT": f"http://localhost:{ports[OBJECT_STORE]}",
        "CORS_ORIGINS": f"http://localhost:{spa_port},http://127.0.0.1:{spa_port}",
        "WEBSOCKET_ENDPOINT": f"http://localhost:{ports[WEBSOCKET]}",
        "INVOKE_ENDPOINT": f"http://localhost:{ports[INVOKE]}",
        "SEARCH_PROVIDER": "searxng",
        "SMTP_URL": f"smtp://127.0.0.1:{ports[MAIL]}",
        "MAIL_FROM": "Chat <chat@localhost>",
        "LOG_LEVEL": "INFO",
        # The AWS SDK signs its calls to the local gateway, which does not verify them.
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    environ = {**defaults, **given}
    # Many containers set it; without bytecode files every function's start takes twice as long.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if with_model:
        environ |= {
            "DEFAULT_MODEL_BASE_URL": f"http://127.0.0.1:{ports[MODEL]}/v1",
            "DEFAULT_MODEL": "SmolLM2-135M-Instruct",
            "DEFAULT_MODEL_API_KEY": "local",
            # Part of the model's 8192; the rest is for the reply.
            "DEFAULT_MODEL_CONTEXT_TOKENS": "5000",
        }
    # The emulator has one bucket, which is the site's, too.
    environ.setdefault("SITE_BUCKET", environ["OBJECT_STORE_BUCKET"])
    if environ["SEARCH_PROVIDER"] == "searxng":
        environ.setdefault("SEARCH_BASE_URL", f"http://127.0.0.1:{ports[SEARCH]}")
    environ |= {
        "STAGE": "local",
        "CHAT_DATA_DIR": str(data_dir),
        **{port.variable: str(number) for port, number in ports.items()},
        # serverless-offline runs the first `python3` in the PATH, whatever runtime is configured.
        "VIRTUAL_ENV": str(VIRTUAL_ENV),
        "PATH": f"{VIRTUAL_ENV / 'bin'}{os.pathsep}{given.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "COREPACK_ENABLE_DOWNLOAD_PROMPT": "0",
        "API_TARGET": f"http://localhost:{ports[HTTP]}",
        "WEBSOCKET_TARGET": f"http://localhost:{ports[WEBSOCKET]}",
    }
    return LocalStage(with_spa, with_model, ports, data_dir, environ)


def _switch(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "1")
    if value not in ("0", "1"):
        raise InvalidSetting(f"{name} is 0 or 1, not {value!r}")
    return value == "1"


def _port(given: Mapping[str, str], port: Port) -> int:
    value = given.get(port.variable, str(port.default))
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise InvalidSetting(f"{port.variable} is not a port: {value!r}")
    return int(value)


def _is_taken(number: int) -> bool:
    with socket.socket() as probe:
        # As servers do, so that closing connections of an earlier run (TIME_WAIT) are not an obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return True
    return False


def _secrets(file: Path) -> dict[str, str]:
    """The data directory's secrets, generated at the first start."""
    if not file.exists():
        made = {
            "JWT_KEYS": f"local:{secrets.token_urlsafe(48)}",
            "API_KEY_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "OBJECT_STORE_ACCESS_KEY_ID": f"local-{secrets.token_hex(8)}",
            "OBJECT_STORE_SECRET_ACCESS_KEY": secrets.token_urlsafe(32),
        }
        incomplete = file.with_suffix(".incomplete")
        incomplete.unlink(missing_ok=True)
        incomplete.touch(mode=0o600, exist_ok=False)
        incomplete.write_text(json.dumps(made, indent=2))
        incomplete.replace(file)
    kept: dict[str, str] = json.loads(file.read_text())
    return kept
