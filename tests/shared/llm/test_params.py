"""Parameters of a model that users can set."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.llm.params import ModelParams, ShownParams

ALL = {
    "temperature": 0.5,
    "top_p": 0.9,
    "max_tokens": 100,
    "presence_penalty": -1.0,
    "frequency_penalty": 1.5,
    "stop": ["END", "###"],
    "seed": 7,
    "reasoning_effort": "low",
    "system_prompt": "Be brief.",
    "context_messages": 10,
    "extra_body": {"top_k": 40, "provider": {"order": ["a"]}},
}


def test_every_parameter_that_is_stored_is_in_the_type_of_shown_ones() -> None:
    assert ShownParams.__annotations__.keys() == ModelParams.model_fields.keys()
    TypeAdapter(ShownParams).validate_python(
        ModelParams.shown(ModelParams.model_validate(ALL).to_stored()), strict=True
    )


def test_every_parameter_of_the_contract_is_stored() -> None:
    assert ModelParams.model_validate(ALL).model_dump(exclude_none=True) == ALL


def test_parameters_are_sent_to_the_model_by_their_own_names() -> None:
    ours = {"system_prompt", "context_messages", "extra_body"}
    assert ModelParams.model_validate(ALL).request_fields() == {k: v for k, v in ALL.items() if k not in ours}
    assert ModelParams().request_fields() == {}


@pytest.mark.parametrize(
    "params",
    [
        {"temperature": 2.1},
        {"temperature": float("nan")},
        {"temperature": float("inf")},
        {"temperature": "warm"},
        {"top_p": -0.1},
        {"max_tokens": 0},
        {"max_tokens": 1.5},
        {"presence_penalty": 3},
        {"frequency_penalty": -3},
        {"stop": ["x"] * 17},
        {"stop": ""},
        {"stop": ["x" * 1001]},
        {"seed": 2**63},
        {"context_messages": 0},
        {"system_prompt": "x" * 100_001},
        {"unknown": 1},
        {"api_key": "sk"},
        {"extra_body": [1]},
        {"extra_body": {"model": "other"}},
        {"extra_body": {"messages": []}},
        {"extra_body": {"stream": False}},
        {"extra_body": {"n": 8}},
        {"extra_body": {"x": float("nan")}},
        {"extra_body": {"x": "\ud800"}},
        {"extra_body": {"x": "y" * 20_001}},
    ],
    ids=str,
)
def test_invalid_parameters_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ModelParams.model_validate(params)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(), max_size=8), JSON, max_size=4))
def test_any_extra_body_is_refused_or_can_be_stored_and_sent(extra_body: dict[str, Any]) -> None:
    try:
        params = ModelParams(extra_body=extra_body)
    except ValidationError:
        return
    assert ModelParams.model_validate_json(params.model_dump_json()).extra_body == extra_body
