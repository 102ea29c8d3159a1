"""The model fields of a request in a job of the worker, with its secrets encrypted.

Apart from the jobs themselves: functions that only hand replies over have no key to encrypt with.
"""

from shared.chat.requests import TurnFields
from shared.chat.worker import TurnJob
from shared.crypto.encryption import decrypt_secret, encrypt_secret
from shared.llm.params import SecretParams


def with_fields(job: TurnJob, fields: TurnFields) -> TurnJob:
    """The job with the model fields of the request."""
    plain = {name: getattr(fields, name) for name in ("base_url", "model")}
    # Absent and null differ.
    if "model_config_id" in fields.model_fields_set:
        plain["model_config_id"] = fields.model_config_id
    plain["params"] = fields.params.masked() if fields.params else None
    key = None if fields.api_key is None else encrypt_secret(job.user_id, fields.api_key)
    secrets = fields.params.secrets() if fields.params else SecretParams()
    headers = encrypt_secret(job.user_id, secrets.to_json()) if secrets else None
    return job.model_copy(update={"fields": plain, "api_key_encrypted": key, "headers_encrypted": headers})


def fields_of(job: TurnJob) -> TurnFields | None:
    """The model fields of the request; None for those stored with the reply. Null headers that remain stand for those
    of the conversation's config."""
    if not job.fields:
        return None
    fields = dict(job.fields)
    if job.headers_encrypted is not None:
        secrets = SecretParams.from_json(decrypt_secret(job.user_id, job.headers_encrypted))
        params = dict(fields["params"])
        params["headers"] = {**params.get("headers", {}), **secrets.headers}
        params["query"] = {**params.get("query", {}), **secrets.query}
        fields["params"] = params
    key = job.api_key_encrypted
    return TurnFields(**fields, api_key=decrypt_secret(job.user_id, key) if key is not None else None)
