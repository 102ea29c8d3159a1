"""Routes of the project and prompt calls."""

from functions.project import service
from functions.project.errors import CommandTaken, ProjectLimit, PromptLimit
from functions.project.schemas import (
    CreateProjectBody,
    CreatePromptBody,
    DeleteProjectsBody,
    DeletePromptsBody,
    ProjectList,
    ProjectOut,
    PromptList,
    PromptOut,
    UpdateProjectBody,
    UpdatePromptBody,
)
from shared.db.models import Project, Prompt
from shared.schemas import Deleted
from shared.tools.choice import from_stored
from shared.web.dependencies import CurrentUser, DbSession
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("project", responses=error_responses(*WITH_TOKEN))
prompt_router = Router("project", prefix="/prompt", responses=error_responses(*WITH_TOKEN))
_OWN_THING = error_responses(*OWN_THING)
_CREATE_PROJECT = error_responses(*OWN_THING, ProjectLimit)
_CREATE_PROMPT = error_responses(*OWN_THING, PromptLimit, CommandTaken)
_UPDATE_PROMPT = error_responses(*OWN_THING, CommandTaken)


@router.get("")
def list_projects(session: DbSession, caller: CurrentUser) -> ProjectList:
    """List projects.

    All of the caller's: archived ones last, pinned ones first, then newest first.
    """
    return ProjectList(items=[_project(project) for project in service.list_projects(session, caller.user_id)])


@router.post("/create", status_code=201, responses=_CREATE_PROJECT)
def create_project(body: CreateProjectBody, session: DbSession, caller: CurrentUser) -> ProjectOut:
    """Create a project.

    Its instructions are part of the system prompt of its conversations; new ones
    begin with its `model_config_id` and `tools`.
    """
    return _project(service.create_project(session, caller.user_id, body))


@router.post("/update", responses=_OWN_THING)
def update_project(body: UpdateProjectBody, session: DbSession, caller: CurrentUser) -> ProjectOut:
    """Change a project.

    Fields that are absent stay as they are. Null clears `model_config_id`, `tools` and `icon`.
    """
    changes = body.changes(clearable=("model_config_id", "tools", "icon"))
    return _project(service.update_project(session, caller.user_id, body.id, changes))


@router.post("/delete")
def delete_projects(body: DeleteProjectsBody, session: DbSession, caller: CurrentUser) -> Deleted:
    """Delete projects.

    With their prompts. Their conversations stay, or go to the bin with `delete_conversations`. Ids that are not the
    caller's are ignored; `deleted` counts the other projects.
    """
    deleted = service.delete_projects(
        session, caller.user_id, body.ids, delete_conversations=bool(body.delete_conversations)
    )
    return Deleted(deleted=deleted)


@prompt_router.get("")
def list_prompts(session: DbSession, caller: CurrentUser) -> PromptList:
    """List prompts.

    All of the caller's, of every project and of none, by command.
    """
    return PromptList(items=[_prompt(prompt) for prompt in service.list_prompts(session, caller.user_id)])


@prompt_router.post("/create", status_code=201, responses=_CREATE_PROMPT)
def create_prompt(body: CreatePromptBody, session: DbSession, caller: CurrentUser) -> PromptOut:
    """Create a prompt.

    `/command` offers it in the composer; the client fills in the variables of its text, `{{name}}` and
    `{{name:select a|b}}`. A command is unique within its project.
    """
    return _prompt(service.create_prompt(session, caller.user_id, body))


@prompt_router.post("/update", responses=_UPDATE_PROMPT)
def update_prompt(body: UpdatePromptBody, session: DbSession, caller: CurrentUser) -> PromptOut:
    """Change a prompt.

    Fields that are absent stay as they are. `project_id: null` offers it everywhere.
    """
    changes = body.changes(clearable=("project_id",))
    return _prompt(service.update_prompt(session, caller.user_id, body.id, changes))


@prompt_router.post("/delete")
def delete_prompts(body: DeletePromptsBody, session: DbSession, caller: CurrentUser) -> Deleted:
    """Delete prompts.

    Ids that are not the caller's are ignored; `deleted` counts the others.
    """
    return Deleted(deleted=service.delete_prompts(session, caller.user_id, body.ids))


def _project(project: Project) -> ProjectOut:
    return ProjectOut(
        id=project.id,
        name=project.name,
        icon=project.icon,
        instructions=project.instructions,
        model_config_id=project.model_config_id,
        tools=from_stored(project.tools) or None,
        pinned=project.pinned,
        archived=project.archived,
        created_at=project.created_at,
        updated_at=project.updated_at,
    )


def _prompt(prompt: Prompt) -> PromptOut:
    return PromptOut(
        id=prompt.id,
        project_id=prompt.project_id,
        command=prompt.command,
        title=prompt.title,
        text=prompt.text,
        created_at=prompt.created_at,
        updated_at=prompt.updated_at,
    )
