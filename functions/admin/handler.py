"""AWS Lambda entry of the admin function."""

from shared.startup import without_gc

with without_gc():
    from functions.admin.app import app
    from shared.web.lambda_handler import lambda_handler

handler = lambda_handler(app)
