"""The endpoint of a model: address, name, key, parameters."""

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
