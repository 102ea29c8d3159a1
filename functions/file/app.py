"""The ASGI app of the file function."""

from functions.file.routes import router
from shared.web.app import create_app

app = create_app("file", [router])
