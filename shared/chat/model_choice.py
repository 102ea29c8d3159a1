"""Which model a call runs: the request's fields, then the conversation's config, then the server's default."""

from shared.config import ModelSettings, load
from shared.crypto.api_keys import decrypt_api_key
from shared.db.models import ModelConfig
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import NoModel
from shared.llm.outbound import check_base_url
from shared.llm.params import ApiKey, BaseUrl, ModelName, ModelParams
from shared.schemas import RequestBody


class ModelFields(RequestBody):
    """The optional fields of every call that runs a model."""

    base_url: BaseUrl | None = None
    model: ModelName | None = None
    api_key: ApiKey | None = None
    params: ModelParams | None = None


def choose_model(fields: ModelFields, config: ModelConfig | None) -> ModelEndpoint:
    """The model to call. Raises NoModel, UnsafeBaseUrl, UnreadableApiKey.

    Each field is looked for on its own, but the operator's key goes to the operator's server only:
    with another base URL there is no default model and no default key.
    """
    default = load(ModelSettings)
    base_url = fields.base_url or (config.base_url if config else None)
    model = fields.model or (config.model if config else None)
    api_key = fields.api_key
    if api_key is None and config is not None:
        api_key = decrypt_api_key(config.user_id, config.api_key_encrypted)
    params = fields.params or (ModelParams.model_validate(config.params) if config else ModelParams())

    is_default = base_url is None
    if base_url is None:
        base_url, model = default.default_model_base_url, model or default.default_model
        if api_key is None and default.default_model_api_key is not None:
            api_key = default.default_model_api_key.get_secret_value()
    else:
        check_base_url(base_url)
    if not base_url or not model:
        raise NoModel
    return ModelEndpoint(base_url, model, api_key or "", params, is_default)
