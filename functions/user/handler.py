"""AWS Lambda entry of the user function."""

from functions.user.app import app
from shared.web.lambda_handler import lambda_handler

handler = lambda_handler(app)
