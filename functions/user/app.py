"""The ASGI app of the user function."""

from functions.user import account_routes, factor_routes, routes
from shared.web.app import create_app

app = create_app("user", [routes.router, account_routes.router, factor_routes.router])
