"""The ASGI app of the admin function."""

from functions.admin.routes import router
from shared.web.app import create_app

app = create_app("admin", [router])
