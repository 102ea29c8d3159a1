"""The tables. Every owned row carries its owner's id, so that every query can name the owner.

A table's module is loaded when its class is asked for here: a function maps the tables it uses. Who asks for `Base`
asks for all of them, in its metadata.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.db.models.base import Base
    from shared.db.models.conversation import Conversation
    from shared.db.models.message import Message, MessageChunk
    from shared.db.models.model_config import ModelConfig
    from shared.db.models.object_deletion import ObjectDeletion
    from shared.db.models.rate_limit import RateLimit
    from shared.db.models.user import RefreshToken, User
    from shared.db.models.ws_connection import WsConnection

__all__ = [
    "Base",
    "Conversation",
    "Message",
    "MessageChunk",
    "ModelConfig",
    "ObjectDeletion",
    "RateLimit",
    "RefreshToken",
    "User",
    "WsConnection",
]

# Where each class is. A module that refers to other tables imports theirs.
_MODULES = {
    "Conversation": "conversation",
    "Message": "message",
    "MessageChunk": "message",
    "ModelConfig": "model_config",
    "ObjectDeletion": "object_deletion",
    "RateLimit": "rate_limit",
    "RefreshToken": "user",
    "User": "user",
    "WsConnection": "ws_connection",
    "Base": "base",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "Base":
        for module in set(_MODULES.values()):
            import_module(f"{__name__}.{module}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
