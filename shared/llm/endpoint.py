"""The endpoint of a model: address, name, key, parameters; and the server of models alone."""

from dataclasses import dataclass, field

from shared.llm.params import ModelParams


@dataclass(frozen=True)
class ModelEndpoint:
    """`is_default`: the operator's own model."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    params: ModelParams
    is_default: bool = False


@dataclass(frozen=True)
class ModelServer:
    """An OpenAI-compatible API, for calls that name no model. `is_default`: the operator's own."""

    base_url: str
    api_key: str = field(repr=False)
    is_default: bool = False
