"""Request and response bodies of the project and prompt calls."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.schemas import GivenId, InstructionsText, RequestBody, ResponseBody, Timestamp, VisibleName
from shared.tools.choice import ChosenTools, ToolChoice

ProjectName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), VisibleName]
# One emoji may be a dozen characters: people, joined, with their skin tones.
Icon = Annotated[str, StringConstraints(strip_whitespace=True, max_length=16)]
# Typed after a slash, in any script.
Command = Annotated[str, StringConstraints(pattern=r"^[^\s/]+$", max_length=64), VisibleName]
PromptTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), VisibleName]
PromptText = Annotated[str, StringConstraints(min_length=1, max_length=8_000)]


class CreateProjectBody(RequestBody):
    name: ProjectName
    icon: Icon | None = None
    instructions: InstructionsText | None = None
    model_config_id: GivenId | None = None
    tools: ToolChoice | None = None


class UpdateProjectBody(RequestBody):
    """Absent fields do not change. Null clears `model_config_id`, `tools` and `icon`."""

    id: GivenId
    name: ProjectName | None = None
    icon: Icon | None = None
    instructions: InstructionsText | None = None
    model_config_id: GivenId | None = None
    tools: ToolChoice | None = None
    pinned: bool | None = None
    archived: bool | None = None


class DeleteProjectsBody(RequestBody):
    """`delete_conversations`: move their conversations to the bin instead of out of the project."""

    ids: list[GivenId] = Field(min_length=1, max_length=100)
    delete_conversations: bool | None = None


class ProjectOut(ResponseBody):
    """`tools`: of new conversations; null where the project chooses none."""

    id: str
    name: str
    icon: str | None
    instructions: str
    model_config_id: str | None
    tools: list[ChosenTools] | None
    pinned: bool
    archived: bool
    created_at: Timestamp
    updated_at: Timestamp


class ProjectList(ResponseBody):
    items: list[ProjectOut]


class NewPrompt(RequestBody):
    command: Command
    title: PromptTitle
    text: PromptText


class CreatePromptBody(NewPrompt):
    """`project_id`: offered in this project's conversations only."""

    project_id: GivenId | None = None


class UpdatePromptBody(RequestBody):
    """Absent fields do not change. `project_id: null` offers the prompt everywhere."""

    id: GivenId
    project_id: GivenId | None = None
    command: Command | None = None
    title: PromptTitle | None = None
    text: PromptText | None = None


class DeletePromptsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class PromptOut(ResponseBody):
    id: str
    project_id: str | None
    command: str
    title: str
    text: str
    created_at: Timestamp
    updated_at: Timestamp


class PromptList(ResponseBody):
    items: list[PromptOut]
