"""A model to call. Apart from the client, so that naming a model does not load HTTP."""

from dataclasses import dataclass, field

from shared.llm.params import ModelParams


@dataclass(frozen=True)
class ModelEndpoint:
    """`is_default`: the server's own, paid by the operator."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    params: ModelParams
    is_default: bool = False
