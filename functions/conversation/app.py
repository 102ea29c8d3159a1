"""The ASGI app of the conversation function."""

from functions.conversation.imports import MAX_IMPORT_BYTES
from functions.conversation.routes import router
from shared.web.app import create_app

app = create_app("conversation", [router], max_body_bytes=MAX_IMPORT_BYTES)
