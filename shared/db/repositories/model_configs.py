"""Model configs of users."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from shared.db.models import ModelConfig, User


class ChosenModel(NamedTuple):
    """The columns of a model config for a call of its model."""

    id: str
    user_id: str
    base_url: str
    model: str
    api_key_encrypted: str
    params: dict[str, Any]
    headers_encrypted: str | None
    learned: dict[str, Any] | None


def add_model_configs(session: Session, configs: Sequence[ModelConfig]) -> None:
    session.add_all(configs)
    session.flush()


def find_model_config(session: Session, user_id: str, config_id: str) -> ModelConfig | None:
    return session.scalar(select(ModelConfig).where(ModelConfig.id == config_id, ModelConfig.user_id == user_id))


def find_chosen_model(session: Session | Connection, user_id: str, config_id: str) -> ChosenModel | None:
    columns = [getattr(ModelConfig, name) for name in ChosenModel._fields]
    query = select(*columns).where(ModelConfig.id == config_id, ModelConfig.user_id == user_id)
    row = session.execute(query).one_or_none()
    return None if row is None else ChosenModel(*row)


def lock_model_config(session: Session, user_id: str, config_id: str) -> ModelConfig | None:
    """Lock a model config until the transaction ends."""
    query = select(ModelConfig).where(ModelConfig.id == config_id, ModelConfig.user_id == user_id)
    return session.scalar(query.with_for_update())


def lock_model_configs(session: Session, user_id: str) -> Sequence[ModelConfig]:
    """Lock the user's model configs until the transaction ends, oldest first."""
    query = select(ModelConfig).where(ModelConfig.user_id == user_id).order_by(ModelConfig.id)
    return session.scalars(query.with_for_update()).all()


def list_model_configs(session: Session, user_id: str) -> Sequence[ModelConfig]:
    """The user's model configs, oldest first."""
    return session.scalars(select(ModelConfig).where(ModelConfig.user_id == user_id).order_by(ModelConfig.id)).all()


def write_learned(
    session: Session, user_id: str, config_id: str, base_url: str, model: str, learned: dict[str, Any]
) -> None:
    """Replace what is known of a config's provider, unless the config names another server or model by now."""
    is_same = (ModelConfig.base_url == base_url, ModelConfig.model == model)
    statement = update(ModelConfig).where(ModelConfig.id == config_id, ModelConfig.user_id == user_id, *is_same)
    session.execute(statement.values(learned=learned))


def lock_and_count_model_configs(session: Session, user_id: str) -> int:
    """The user's number of model configs. Locks the count until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    return session.scalars(select(func.count()).select_from(ModelConfig).where(ModelConfig.user_id == user_id)).one()


def lock_next_model_configs(session: Session, after: str, limit: int) -> Sequence[ModelConfig]:
    """All users' model configs after the id `after`, locked until the transaction ends. For maintenance."""
    query = select(ModelConfig).where(ModelConfig.id > after).order_by(ModelConfig.id).limit(limit)
    return session.scalars(query.with_for_update()).all()


def delete_model_configs(session: Session, user_id: str, config_ids: Sequence[str]) -> int:
    """Delete model configs; returns their number."""
    result = session.execute(delete(ModelConfig).where(ModelConfig.user_id == user_id, ModelConfig.id.in_(config_ids)))
    assert isinstance(result, CursorResult)
    return result.rowcount


def delete_all_model_configs(session: Session, user_id: str) -> None:
    session.execute(delete(ModelConfig).where(ModelConfig.user_id == user_id))
