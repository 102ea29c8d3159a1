"""Writing the server, the API key and the parameters of a model config, of a user or of the operator."""

from collections.abc import Collection

from shared.crypto.encryption import OPERATOR, decrypt_secret, encrypt_secret, hint_of
from shared.db.models import ModelConfig
from shared.db.types import utc_now
from shared.errors import InvalidInput
from shared.llm.base_url import is_same_server, normalize_base_url
from shared.llm.params import ModelParams, SecretParams


class SecretsNeeded(InvalidInput):
    """Stored values belong to another server (decision 0002). `fields`: those that have to be entered again."""

    def __init__(self, fields: Collection[str]) -> None:
        message = "Enter this again: the stored value was given for another server."
        super().__init__(details=[{"field": field, "message": message} for field in fields])


def check_secrets_stay(config: ModelConfig, base_url: str, api_key: str | None, params: ModelParams | None) -> None:
    """A stored API key, and stored values of headers and query, are not sent to another server than theirs.

    `api_key`, `params`: those given, None for the stored ones. Raises SecretsNeeded.
    """
    if is_same_server(base_url, config.base_url):
        return
    params = ModelParams.from_stored(config.params) if params is None else params
    needed = [f"params.{name}" for name in params.names_with_stored_secrets]
    if api_key is None:
        needed.insert(0, "api_key")
    if needed:
        raise SecretsNeeded(needed)


def set_params(config: ModelConfig, params: ModelParams, source: ModelConfig | None) -> None:
    """`source`: the config that has the values for which `params` have null. Raises UnreadableApiKey."""
    stored = SecretParams()
    if source is not None and source.headers_encrypted is not None and params.names_with_stored_secrets:
        stored = SecretParams.from_json(decrypt_secret(owner_of(source), source.headers_encrypted))
    secrets = params.secrets(stored)
    config.params = params.with_secrets(secrets).to_stored()
    config.headers_encrypted = encrypt_secret(owner_of(config), secrets.to_json()) if secrets else None


def set_server(config: ModelConfig, base_url: str | None, api_key: str | None) -> None:
    """Change those that are not None."""
    if base_url is not None:
        if base_url != normalize_base_url(config.base_url):
            config.learned = None
        config.base_url = base_url
        config.updated_at = utc_now()
    if api_key is not None:
        set_api_key(config, api_key)
        config.updated_at = utc_now()


def set_api_key(config: ModelConfig, api_key: str) -> None:
    config.api_key_encrypted = encrypt_secret(owner_of(config), api_key)
    config.api_key_hint = hint_of(api_key) or ""


def owner_of(config: ModelConfig) -> str:
    """The owner to whom the config's secrets are bound (shared.crypto)."""
    return config.user_id or OPERATOR
