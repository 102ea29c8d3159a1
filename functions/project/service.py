"""Business rules of projects and prompts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from functions.project.errors import CommandTaken, ProjectLimit, PromptLimit
from functions.project.schemas import CreateProjectBody, CreatePromptBody
from shared.db.models import Project, Prompt
from shared.db.repositories import conversations, files, model_configs, object_deletions, projects, prompts
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.files import file_prefix
from shared.tools import choice

# Both lists are loaded whole: at 8,000 characters each, they are below the functions' limit of 6 MB for a response.
MAX_PROJECTS = 100
MAX_PROMPTS = 100


def list_projects(session: Session, user_id: str) -> Sequence[Project]:
    return projects.list_projects(session, user_id)


def create_project(session: Session, user_id: str, body: CreateProjectBody) -> Project:
    """Raises NotFound for a model config that is not the user's, ProjectLimit."""
    _check_model_config(session, user_id, body.model_config_id)
    if projects.lock_and_count_projects(session, user_id) >= MAX_PROJECTS:
        raise ProjectLimit
    now = utc_now()
    project = Project(
        id=new_id(),
        user_id=user_id,
        name=body.name,
        icon=body.icon or None,
        instructions=body.instructions or "",
        model_config_id=body.model_config_id,
        tools=choice.to_stored(body.tools),
        pinned=False,
        archived=False,
        created_at=now,
        updated_at=now,
    )
    projects.add_project(session, project)
    return project


def update_project(session: Session, user_id: str, project_id: str, changes: dict[str, Any]) -> Project:
    """Change the named attributes. Raises NotFound, also for an unknown model config."""
    project = projects.lock_project(session, user_id, project_id)
    if project is None:
        raise NotFound
    _check_model_config(session, user_id, changes.get("model_config_id"))
    if "tools" in changes:
        changes = {**changes, "tools": choice.to_stored(changes["tools"])}
    for name, value in changes.items():
        setattr(project, name, value)
    project.updated_at = utc_now()
    return project


def delete_projects(session: Session, user_id: str, project_ids: Sequence[str], *, delete_conversations: bool) -> int:
    """Delete projects with their prompts and files; returns their number. Their conversations are in no project
    afterwards, or in the bin."""
    if delete_conversations:
        owned = projects.list_owned_ids(session, user_id, project_ids)
        conversations.set_projects_deleted(session, user_id, owned, utc_now())
    owned_files = files.list_of_projects(session, user_id, project_ids)
    # The sweep deletes the objects.
    object_deletions.add_object_deletions(session, [file_prefix(user_id, file_id) for file_id in owned_files])
    return projects.delete_projects(session, user_id, project_ids)


def list_prompts(session: Session, user_id: str) -> Sequence[Prompt]:
    return prompts.list_prompts(session, user_id)


def create_prompt(session: Session, user_id: str, body: CreatePromptBody) -> Prompt:
    """Raises NotFound for a project that is not the user's, PromptLimit, CommandTaken."""
    _check_project(session, user_id, body.project_id)
    if prompts.lock_and_count_prompts(session, user_id) >= MAX_PROMPTS:
        raise PromptLimit
    if prompts.is_command_taken(session, user_id, body.project_id, body.command):
        raise CommandTaken
    now = utc_now()
    prompt = Prompt(
        id=new_id(),
        user_id=user_id,
        project_id=body.project_id,
        command=body.command,
        title=body.title,
        text=body.text,
        created_at=now,
        updated_at=now,
    )
    prompts.add_prompts(session, [prompt])
    return prompt


def update_prompt(session: Session, user_id: str, prompt_id: str, changes: dict[str, Any]) -> Prompt:
    """Change the named attributes. Raises NotFound, also for an unknown project; CommandTaken."""
    # Locks the user's prompts, so that two changes cannot give two of them the same command.
    prompts.lock_and_count_prompts(session, user_id)
    prompt = prompts.lock_prompt(session, user_id, prompt_id)
    if prompt is None:
        raise NotFound
    _check_project(session, user_id, changes.get("project_id"))
    for name, value in changes.items():
        setattr(prompt, name, value)
    with session.no_autoflush:
        taken = prompts.is_command_taken(session, user_id, prompt.project_id, prompt.command, other_than=prompt_id)
    if taken:
        raise CommandTaken
    prompt.updated_at = utc_now()
    return prompt


def delete_prompts(session: Session, user_id: str, prompt_ids: Sequence[str]) -> int:
    return prompts.delete_prompts(session, user_id, prompt_ids)


def _check_model_config(session: Session, user_id: str, config_id: str | None) -> None:
    if config_id is not None and not model_configs.may_choose(session, user_id, config_id):
        raise NotFound


def _check_project(session: Session, user_id: str, project_id: str | None) -> None:
    if project_id is not None and projects.find_project(session, user_id, project_id) is None:
        raise NotFound
