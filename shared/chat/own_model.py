"""The model fields of a request, and the endpoint of a user's own model that they and a model config name.

Does not read the settings of the operator's model: the function that manages model configs has no access to its key.
"""

from shared.crypto.encryption import OPERATOR, decrypt_secret
from shared.db.models import ModelConfig
from shared.db.repositories.model_configs import ChosenModel, write_learned
from shared.db.session import transaction
from shared.llm.base_url import check_base_url, is_same_server, normalize_base_url
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import NoModel
from shared.llm.learned import Learned
from shared.llm.params import ApiKey, BaseUrl, ModelName, ModelParams, SecretParams
from shared.schemas import RequestBody


class ModelFields(RequestBody):
    """The optional fields of every call that runs a model."""

    base_url: BaseUrl | None = None
    model: ModelName | None = None
    api_key: ApiKey | None = None
    params: ModelParams | None = None


def chosen_model(config: ModelConfig) -> ChosenModel:
    """The columns of a config, without the terms of an offered one."""
    return ChosenModel(**{name: getattr(config, name) for name in ChosenModel._fields if name != "offered"})


def own_model(fields: ModelFields, config: ChosenModel | None, *, by_operator: bool = False) -> ModelEndpoint:
    """The model of the request's fields, of which those that are missing are the config's: one of the user's own, or
    for a call `by_operator` one of the operator's.

    The config's API key, and its values of headers and query, go to the server only that they were stored for (decision
    0002). Raises NoModel, UnsafeBaseUrl, UnreadableApiKey, InvalidInput.
    """
    base_url = fields.base_url or (config.base_url if config else None)
    model = fields.model or (config.model if config else None)
    params = fields.params or (ModelParams.from_stored(config.params) if config else ModelParams())
    if base_url:
        check_base_url(base_url)
    if not base_url or not model:
        raise NoModel

    stored = config if config is not None and is_same_server(base_url, config.base_url) else None
    api_key = fields.api_key
    if api_key is None and stored is not None:
        api_key = decrypt_secret(_owner(stored, by_operator), stored.api_key_encrypted)
    secrets = params.secrets(_stored_secrets(stored, by_operator) if params.names_with_stored_secrets else None)
    # Another model, or another path on the server, may be another API, of which nothing was learned.
    named = (normalize_base_url(base_url), model)
    of_config = stored if stored is not None and named == (normalize_base_url(stored.base_url), stored.model) else None
    return ModelEndpoint(
        base_url,
        model,
        api_key or "",
        params.with_secrets(SecretParams()),
        headers=secrets.headers,
        query=secrets.query,
        config_id=of_config.id if of_config is not None else None,
        learned=Learned.from_json(of_config.learned if of_config is not None else None),
    )


def store_learned(owner: str | None, endpoint: ModelEndpoint, learned: Learned) -> None:
    """Store with the endpoint's model config what a call learned of the provider; nothing for a model without one.
    `owner`: of the config, None for the operator.

    A transaction of its own, which blocks.
    """
    if endpoint.config_id is None:
        return
    with transaction() as session:
        write_learned(session, owner, endpoint.config_id, endpoint.base_url, endpoint.model, learned.to_json())


def _stored_secrets(config: ChosenModel | None, by_operator: bool) -> SecretParams:
    if config is None or config.headers_encrypted is None:
        return SecretParams()
    return SecretParams.from_json(decrypt_secret(_owner(config, by_operator), config.headers_encrypted))


def _owner(config: ChosenModel, by_operator: bool) -> str:
    if config.user_id is None:
        assert by_operator  # The operator's secrets are not for users' requests that name a server.
        return OPERATOR
    return config.user_id
