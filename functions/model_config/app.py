"""The ASGI app of the model_config function."""

from functions.model_config.routes import router
from shared.web.app import create_app

app = create_app("model_config", [router])
