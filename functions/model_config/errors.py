"""Errors of model configs."""

from shared.errors import AppError, InvalidInput


class ModelConfigLimit(AppError):
    code, status = "model_config_limit", 403
    message = "You have as many models as your account allows. Delete one first."


class ApiKeyMissing(InvalidInput):
    def __init__(self) -> None:
        super().__init__(details=[{"field": "api_key", "message": "Enter the API key."}])


class OthersHaveSecrets(InvalidInput):
    """Other configs of the server have values of headers that do not go to another server (decision 0002)."""

    def __init__(self) -> None:
        message = "Other models of this server have headers that were given for it. Change their base URLs one by one."
        super().__init__(details=[{"field": "same_server", "message": message}])
