"""Which model a call runs: the request's fields, then the conversation's config, then the server's default."""

import json

from shared.config import ModelSettings, load
from shared.crypto.api_keys import UnreadableApiKey, decrypt_api_key
from shared.db.repositories.model_configs import ChosenModel
from shared.errors import InvalidInput
from shared.llm.base_url import check_base_url, is_same_server
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import NoModel, UnsafeBaseUrl
from shared.llm.learned import Learned
from shared.llm.params import ApiKey, BaseUrl, ModelName, ModelParams
from shared.schemas import RequestBody

_EXTRA_BODY_REFUSED = {
    "field": "params.extra_body",
    "message": "Extra fields are only sent to a model of your own. Remove them, or name a model with its server.",
}
# What choosing a model raises, besides InvalidInput.
MODEL_ERRORS = (NoModel, UnsafeBaseUrl, UnreadableApiKey)


class ModelFields(RequestBody):
    """The optional fields of every call that runs a model."""

    base_url: BaseUrl | None = None
    model: ModelName | None = None
    api_key: ApiKey | None = None
    params: ModelParams | None = None


def choose_model(fields: ModelFields, config: ChosenModel | None) -> ModelEndpoint:
    """The model to call. Raises NoModel, UnsafeBaseUrl, UnreadableApiKey, InvalidInput.

    Each field is looked for on its own, but a key goes to no server that it was not given for
    (decision 0002): with another base URL there is neither the config's key nor the default's, and no
    default model. `extra_body` goes to users' own models only: on the operator's server it could choose another model
    or a dearer service than DEFAULT_MODEL_OTHERS allows (decision 0016).
    """
    default = load(ModelSettings)
    base_url = fields.base_url or (config.base_url if config else None)
    model = fields.model or (config.model if config else None)
    params = fields.params or (ModelParams.model_validate(config.params) if config else ModelParams())

    is_default = base_url is None
    if base_url is None:
        base_url, model = default.default_model_base_url, model or default.default_model
        if model is not None and not default.may_name(model):
            raise NoModel("This model is not offered here. Choose another, or add it in the settings with its server.")
        if params.extra_body:
            raise InvalidInput(details=[_EXTRA_BODY_REFUSED])
    else:
        check_base_url(base_url)
    if not base_url or not model:
        raise NoModel

    api_key = fields.api_key
    if api_key is None and config is not None and is_same_server(base_url, config.base_url):
        api_key = decrypt_api_key(config.user_id, config.api_key_encrypted)
    elif api_key is None and is_default and default.default_model_api_key is not None:
        api_key = default.default_model_api_key.get_secret_value()
    headers = {name: value for name, value in (params.headers or {}).items() if value is not None}
    is_stored = config is not None and is_same_server(base_url, config.base_url)
    if config is not None and is_stored and config.headers_encrypted is not None:
        stored: dict[str, str] = json.loads(decrypt_api_key(config.user_id, config.headers_encrypted))
        headers = {**{name: stored[name] for name in params.headers or () if name in stored}, **headers}
    is_same_model = config is not None and is_stored and model == config.model
    return ModelEndpoint(
        base_url,
        model,
        api_key or "",
        params,
        is_default,
        headers=headers,
        config_id=config.id if config is not None and is_same_model else None,
        learned=Learned.from_json(config.learned if config is not None and is_same_model else None),
    )
