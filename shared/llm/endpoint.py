"""The endpoint of a model: address, name, key, parameters; and the server of models alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.llm.learned import Learned
from shared.llm.params import ModelParams


@dataclass(frozen=True)
class Prices:
    """Of a million tokens, in millionths of the currency."""

    input: int
    cached_input: int
    output: int


@dataclass(frozen=True)
class ModelEndpoint:
    """`is_default`: the operator's default model. `offered_id`, `prices`: of another model that the operator offers.
    `config_id`: the model config that names this server and model."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    params: ModelParams
    is_default: bool = False
    # Sent besides our own, and appended to the URL (shared.llm.base_url.request_url). `params` does not have them.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    config_id: str | None = None
    learned: Learned = field(default_factory=Learned)
    offered_id: str | None = None
    prices: Prices | None = None


@dataclass(frozen=True)
class ModelServer:
    """An OpenAI-compatible API, for calls that name no model. `is_default`: the operator's own."""

    base_url: str
    api_key: str = field(repr=False)
    is_default: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
