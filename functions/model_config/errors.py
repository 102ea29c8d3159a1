"""What can go wrong with a model config."""

from shared.errors import AppError, InvalidInput


class ModelConfigLimit(AppError):
    code, status = "model_config_limit", 403
    message = "You have as many models as your account allows."


class ApiKeyNeeded(InvalidInput):
    """The stored key is another server's (decision 0002)."""

    def __init__(self) -> None:
        message = "Enter the API key again: the stored one was given for another server."
        super().__init__(details=[{"field": "api_key", "message": message}])
