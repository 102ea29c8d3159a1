"""The ASGI app of the project function."""

from functions.project.routes import prompt_router, router
from shared.web.app import create_app

app = create_app("project", [router, prompt_router])
