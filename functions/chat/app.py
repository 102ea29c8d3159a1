"""The ASGI app of the chat function."""

from functions.chat.routes import router
from shared.web.app import create_app

app = create_app("chat", [router])
