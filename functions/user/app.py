"""The ASGI app of the user function."""

from functions.user.routes import router
from shared.web.app import create_app

app = create_app("user", [router])
