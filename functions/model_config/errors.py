"""What can go wrong with a model config."""

from shared.errors import AppError


class ModelConfigLimit(AppError):
    code, status = "model_config_limit", 403
    message = "You have as many models as your account allows."
