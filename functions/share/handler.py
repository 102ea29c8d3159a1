"""AWS Lambda entry of the share function."""

from shared.startup import without_gc

with without_gc():
    from functions.share.app import app
    from shared.web.lambda_handler import lambda_handler

handler = lambda_handler(app)
