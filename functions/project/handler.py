"""AWS Lambda entry of the project function."""

from shared.startup import without_gc

with without_gc():
    from functions.project.app import app
    from shared.web.lambda_handler import lambda_handler

handler = lambda_handler(app)
