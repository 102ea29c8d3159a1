"""Instructions: the texts that are joined to a turn's system prompt, of the operator, the user, the model config, the
project and the conversation."""

from dataclasses import replace
from typing import Literal, NamedTuple

from shared.config import ChatSettings, load
from shared.db.repositories.conversations import StoredInstructions
from shared.llm.endpoint import ModelEndpoint

InstructionsSource = Literal["operator", "user", "model", "project", "conversation"]


class Instructions(NamedTuple):
    source: InstructionsSource
    text: str


def list_instructions(stored: StoredInstructions, model: str | None) -> list[Instructions]:
    """The instructions that are not empty, in the order that a model is given: from the general to the specific.

    `model`: the system prompt of the model config.
    """
    operator = load(ChatSettings).system_prompt
    texts: tuple[tuple[InstructionsSource, str | None], ...] = (
        ("operator", None if operator == "none" else operator),
        ("user", stored.user),
        ("model", model),
        ("project", stored.project),
        ("conversation", stored.conversation),
    )
    return [Instructions(source, text) for source, text in texts if text]


def with_instructions(endpoint: ModelEndpoint, stored: StoredInstructions) -> ModelEndpoint:
    """The endpoint with all instructions in its system prompt."""
    model = endpoint.params.system_prompt
    joined = "\n\n".join(each.text for each in list_instructions(stored, model)) or None
    if joined == model:
        return endpoint
    return replace(endpoint, params=endpoint.params.model_copy(update={"system_prompt": joined}))
