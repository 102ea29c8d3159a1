"""The ASGI app of the tool function."""

from functions.tool.routes import router
from shared.web.app import create_app

app = create_app("tool", [router])
