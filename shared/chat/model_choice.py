"""Which model a call runs: the request's fields, then the conversation's config, then the server's default."""

from shared.chat.own_model import ModelFields, own_model
from shared.config import ModelSettings, load
from shared.crypto.api_keys import UnreadableApiKey
from shared.db.repositories.model_configs import ChosenModel
from shared.errors import InvalidInput
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import NoModel, UnsafeBaseUrl
from shared.llm.params import ModelParams

_EXTRA_BODY_REFUSED = {
    "field": "params.extra_body",
    "message": "Extra fields are only sent to a model of your own. Remove them, or name a model with its server.",
}
# What choosing a model raises, besides InvalidInput.
MODEL_ERRORS = (NoModel, UnsafeBaseUrl, UnreadableApiKey)


def choose_model(fields: ModelFields, config: ChosenModel | None) -> ModelEndpoint:
    """The model to call. Raises NoModel, UnsafeBaseUrl, UnreadableApiKey, InvalidInput.

    Where neither the request nor a config has a base URL, it is the operator's model. `extra_body` goes to users' own
    models only: on the operator's server it could choose another model or a dearer service than DEFAULT_MODEL_OTHERS
    allows (decision 0016).
    """
    if fields.base_url is not None or config is not None:
        return own_model(fields, config)
    default = load(ModelSettings)
    base_url, model = default.default_model_base_url, fields.model or default.default_model
    if model is not None and not default.may_name(model):
        raise NoModel("This model is not offered here. Choose another, or add it in the settings with its server.")
    params = fields.params or ModelParams()
    if params.extra_body:
        raise InvalidInput(details=[_EXTRA_BODY_REFUSED])
    if not base_url or not model:
        raise NoModel
    api_key = fields.api_key
    if api_key is None and default.default_model_api_key is not None:
        api_key = default.default_model_api_key.get_secret_value()
    return ModelEndpoint(base_url, model, api_key or "", params, is_default=True)
