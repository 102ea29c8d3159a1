"""Which model a call runs: the request's fields, then the conversation's config, then the server's default."""

from shared.chat.own_model import ModelFields, own_model
from shared.config import ModelSettings, load
from shared.crypto.api_keys import UnreadableApiKey
from shared.db.repositories.model_configs import ChosenModel
from shared.errors import InvalidInput
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import NoModel, UnsafeBaseUrl
from shared.llm.params import ModelParams

# Of the parameters: they could choose another model or a more expensive service than the operator offers.
_OWN_ONLY = ("extra_body", "headers", "query")
_OWN_ONLY_MESSAGE = "This is only sent to a model of your own. Remove it, or name a model with its server."
# What choosing a model raises, besides InvalidInput.
MODEL_ERRORS = (NoModel, UnsafeBaseUrl, UnreadableApiKey)


def choose_model(fields: ModelFields, config: ChosenModel | None) -> ModelEndpoint:
    """The model to call. Raises NoModel, UnsafeBaseUrl, UnreadableApiKey, InvalidInput.

    Where neither the request nor a config has a base URL, it is the operator's model.
    """
    if fields.base_url is not None or config is not None:
        return own_model(fields, config)
    return _default_model(fields)


def _default_model(fields: ModelFields) -> ModelEndpoint:
    """The operator's model, within the limits of decision 0016."""
    default = load(ModelSettings)
    base_url, model = default.default_model_base_url, fields.model or default.default_model
    if model is not None:
        model = default.offered_name(model)
        if model is None:
            raise NoModel("This model is not offered here. Choose another, or add it in the settings with its server.")
    params = fields.params or ModelParams()
    if refused := [name for name in _OWN_ONLY if getattr(params, name)]:
        raise InvalidInput(
            details=[{"field": f"params.{name}", "message": _OWN_ONLY_MESSAGE} for name in refused],
        )
    if not base_url or not model:
        raise NoModel
    if params.max_tokens is not None:
        max_tokens = min(params.max_tokens, default.default_model_max_tokens)
        params = params.model_copy(update={"max_tokens": max_tokens})
    api_key = fields.api_key
    if api_key is None and default.default_model_api_key is not None:
        api_key = default.default_model_api_key.get_secret_value()
    return ModelEndpoint(base_url, model, api_key or "", params, is_default=True)
