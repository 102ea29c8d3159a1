"""The ASGI app of the share function."""

from functions.share.routes import router
from shared.web.app import create_app

app = create_app("share", [router])
