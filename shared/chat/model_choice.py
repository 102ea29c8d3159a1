"""The choice of a call's model: the request's fields, then the conversation's config, then the server's default."""

from shared.chat.own_model import ModelFields, own_model
from shared.chat.usage import micros
from shared.config import ModelSettings, load
from shared.crypto.encryption import OPERATOR, UnreadableApiKey, decrypt_secret
from shared.db.repositories.model_configs import ChosenModel
from shared.errors import InvalidInput
from shared.llm.endpoint import ModelEndpoint, Prices
from shared.llm.errors import NoModel, UnsafeBaseUrl
from shared.llm.learned import Learned
from shared.llm.params import ModelParams, SecretParams
from shared.stage_settings import StageSettings

# Parameters that could choose another model or a more expensive service than the operator offers.
_OWN_ONLY = ("extra_body", "headers", "query")
_OWN_ONLY_MESSAGE = "This is only sent to a model of your own. Remove it, or name a model with its server."
_NOT_OFFERED = "This model is not offered here. Choose another, or add it in the settings with its server."
# Errors of choosing a model, besides InvalidInput.
MODEL_ERRORS = (NoModel, UnsafeBaseUrl, UnreadableApiKey)


def choose_model(fields: ModelFields, config: ChosenModel | None, group: str, settings: StageSettings) -> ModelEndpoint:
    """The model to call. Raises NoModel, UnsafeBaseUrl, UnreadableApiKey, InvalidInput.

    Where neither the request nor a config has a base URL, it is the operator's default model, whose price is in the
    stage's settings. `group`: the user's, to which an offered model has to be offered.
    """
    if config is not None and config.user_id is None:
        if fields.base_url is None:
            return _offered_model(fields, config, group)
        config = None  # A server that the request names gets nothing of the operator's.
    if fields.base_url is not None or config is not None:
        return own_model(fields, config)
    return _default_model(fields, settings)


def _default_model(fields: ModelFields, settings: StageSettings) -> ModelEndpoint:
    """The operator's default model, within the limits of decision 0016."""
    default = load(ModelSettings)
    base_url, model = default.default_model_base_url, fields.model or default.default_model
    if model is not None:
        model = default.offered_name(model)
        if model is None:
            raise NoModel(_NOT_OFFERED)
    params = _allowed_params(fields.params or ModelParams())
    if not base_url or not model:
        raise NoModel
    api_key = fields.api_key
    if api_key is None and default.default_model_api_key is not None:
        api_key = default.default_model_api_key.get_secret_value()
    return ModelEndpoint(
        base_url,
        model,
        api_key or "",
        params,
        is_default=True,
        prices=_default_prices(settings),
        context_tokens=default.default_model_context_tokens,
    )


def _default_prices(settings: StageSettings) -> Prices | None:
    """The default model's prices; None if the operator has set none."""
    price = settings.default_model_price
    if price is None:
        return None
    return Prices(micros(price.input), micros(price.cached_input), micros(price.output))


def _offered_model(fields: ModelFields, config: ChosenModel, group: str) -> ModelEndpoint:
    """A model that the operator offers. Of the request's fields, the sampling parameters replace the operator's."""
    terms = config.offered
    if terms is None or not terms.includes(group) or fields.model not in (None, config.name):
        raise NoModel(_NOT_OFFERED)
    given = _allowed_params(fields.params or ModelParams())
    params = ModelParams.from_stored(config.params)
    limit = params.max_tokens
    # Empty ones of _OWN_ONLY are not refused, and replace nothing.
    replaced = given.model_dump(exclude_none=True, exclude=set(_OWN_ONLY))
    params = params.model_copy(update=replaced)
    if limit is not None and params.max_tokens is not None:
        params = params.model_copy(update={"max_tokens": min(params.max_tokens, limit)})
    secrets = SecretParams()
    if config.headers_encrypted is not None and params.names_with_stored_secrets:
        secrets = params.secrets(SecretParams.from_json(decrypt_secret(OPERATOR, config.headers_encrypted)))
    return ModelEndpoint(
        config.base_url,
        config.model,
        decrypt_secret(OPERATOR, config.api_key_encrypted),
        params.with_secrets(SecretParams()),
        headers=secrets.headers,
        query=secrets.query,
        config_id=config.id,
        learned=Learned.from_json(config.learned),
        request_params=frozenset(replaced),
        offered_id=config.id,
        offered_name=config.name,
        prices=Prices(terms.input_price, terms.cached_input_price, terms.output_price),
        context_tokens=terms.context_tokens,
    )


def _allowed_params(params: ModelParams) -> ModelParams:
    """A request's parameters for a model of the operator's. Raises InvalidInput."""
    if refused := [name for name in _OWN_ONLY if getattr(params, name)]:
        raise InvalidInput(
            details=[{"field": f"params.{name}", "message": _OWN_ONLY_MESSAGE} for name in refused],
        )
    if params.max_tokens is None:
        return params
    max_tokens = min(params.max_tokens, load(ModelSettings).default_model_max_tokens)
    return params.model_copy(update={"max_tokens": max_tokens})
