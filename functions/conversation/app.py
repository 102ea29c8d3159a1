"""The ASGI app of the conversation function."""

from functions.conversation.routes import router
from shared.web.app import create_app

app = create_app("conversation", [router])
