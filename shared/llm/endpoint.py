"""The endpoint of a model: address, name, key, parameters; and the server of models alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from shared.llm.learned import Learned
from shared.llm.params import ModelParams


@dataclass(frozen=True)
class Prices:
    """Prices of a million tokens, in millionths of the currency."""

    input: int
    cached_input: int
    output: int


@dataclass(frozen=True)
class ModelEndpoint:
    """`is_default`: the operator's default model. `config_id`: the model config that names this server and model.

    `offered_id`, `offered_name`: of another model that the operator offers; users see the name in place of the model's
    own. `prices`: of an operator's model; None where turns cost nothing.
    """

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
    # Parameters of an offered model that the request set: a refusal of them says nothing of the operator's.
    request_params: frozenset[str] = frozenset()
    offered_id: str | None = None
    offered_name: str | None = None
    prices: Prices | None = None
    # The tokens that the model reads at most, where they are known.
    context_tokens: int | None = None

    @property
    def is_operators(self) -> bool:
        """Whether the operator pays for the model."""
        return self.is_default or self.offered_id is not None

    @property
    def shown_model(self) -> str:
        """The name of the model for users."""
        return self.offered_name or self.model


@dataclass(frozen=True)
class ModelServer:
    """An OpenAI-compatible API, for calls that name no model."""

    # False also for the operator's server: only administrators call it by this class, and may read its words.
    is_operators: ClassVar[bool] = False
    base_url: str
    api_key: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
