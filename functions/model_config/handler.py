"""AWS Lambda entry of the model_config function."""

from functions.model_config.app import app
from shared.web.lambda_handler import lambda_handler

handler = lambda_handler(app)
