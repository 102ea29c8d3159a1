"""Model configs of users, and of the operator, who offers them to users."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from shared.db.models import ModelConfig, OfferedModel, User
from shared.db.repositories.changed import rows_changed


class OfferedTerms(NamedTuple):
    """The columns of an offered model for a call of it."""

    enabled: bool
    groups: Sequence[str]
    context_tokens: int | None
    input_price: int
    cached_input_price: int
    output_price: int

    def includes(self, group: str) -> bool:
        """Whether users of this group may choose the model now."""
        return self.enabled and (not self.groups or group in self.groups)


class ChosenModel(NamedTuple):
    """The columns of a model config for a call of its model. `user_id`: None for an `offered` one."""

    id: str
    user_id: str | None
    name: str
    base_url: str
    model: str
    api_key_encrypted: str
    params: dict[str, Any]
    headers_encrypted: str | None
    learned: dict[str, Any] | None
    offered: OfferedTerms | None = None


_CONFIG = [name for name in ChosenModel._fields if name != "offered"]
_TERMS = OfferedTerms._fields
# For a query that joins ModelConfig and, by its `config_id`, OfferedModel.
CHOSEN_COLUMNS = (
    *(getattr(ModelConfig, name) for name in _CONFIG),
    *(getattr(OfferedModel, name) for name in _TERMS),
)


def chosen_model_of(columns: Sequence[Any]) -> ChosenModel | None:
    """The values of CHOSEN_COLUMNS; None where an outer join found no config."""
    config, terms = columns[: len(_CONFIG)], columns[len(_CONFIG) :]
    if config[0] is None:
        return None
    return ChosenModel._make([*config, None if terms[0] is None else OfferedTerms(*terms)])


def add_model_configs(session: Session, configs: Sequence[ModelConfig]) -> None:
    session.add_all(configs)
    session.flush()


def find_model_config(session: Session, user_id: str, config_id: str) -> ModelConfig | None:
    """A config of the user's own."""
    return session.scalar(select(ModelConfig).where(ModelConfig.id == config_id, ModelConfig.user_id == user_id))


def list_owned_ids(session: Session, user_id: str, config_ids: Sequence[str]) -> Sequence[str]:
    """The ids among these that are configs of the user's own."""
    query = select(ModelConfig.id).where(ModelConfig.user_id == user_id, ModelConfig.id.in_(config_ids))
    return session.scalars(query).all()


def find_chosen_model(session: Session | Connection, user_id: str, config_id: str) -> ChosenModel | None:
    """A config of the user's own, or of the operator, whose terms the caller checks."""
    row = session.execute(_CHOSEN, {"config": config_id, "user": user_id}).one_or_none()
    return None if row is None else chosen_model_of(row)


_CHOSEN = (
    select(*CHOSEN_COLUMNS)
    .outerjoin_from(ModelConfig, OfferedModel, OfferedModel.config_id == ModelConfig.id)
    .where(
        ModelConfig.id == bindparam("config"),
        or_(ModelConfig.user_id == bindparam("user"), ModelConfig.user_id.is_(None)),
    )
)


def may_choose(session: Session, user_id: str, config_id: str) -> bool:
    """Whether a config is the user's own, or is offered to the user's group now."""
    query = (
        select(ModelConfig.user_id, User.group, *(getattr(OfferedModel, name) for name in _TERMS))
        .join_from(ModelConfig, User, User.id == user_id)
        .outerjoin(OfferedModel, OfferedModel.config_id == ModelConfig.id)
        .where(ModelConfig.id == config_id, or_(ModelConfig.user_id == user_id, ModelConfig.user_id.is_(None)))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return False
    owner, group, *terms = row
    return owner is not None or (terms[0] is not None and OfferedTerms(*terms).includes(group))


def lock_model_config(session: Session, user_id: str, config_id: str) -> ModelConfig | None:
    """Lock a model config until the transaction ends."""
    query = select(ModelConfig).where(ModelConfig.id == config_id, ModelConfig.user_id == user_id)
    return session.scalar(query.with_for_update())


def lock_model_configs(session: Session, user_id: str) -> Sequence[ModelConfig]:
    """Lock the user's model configs until the transaction ends, oldest first."""
    query = select(ModelConfig).where(ModelConfig.user_id == user_id).order_by(ModelConfig.id)
    return session.scalars(query.with_for_update()).all()


class ListedModels(NamedTuple):
    """The models that a user may choose: those that the operator offers, in the operator's order, and the user's own,
    oldest first."""

    offered: Sequence[ModelConfig]
    own: Sequence[ModelConfig]


def list_choosable(session: Session, user_id: str) -> ListedModels:
    """One statement."""
    query = (
        select(ModelConfig, User.group, OfferedModel.position, *(getattr(OfferedModel, name) for name in _TERMS))
        .join_from(ModelConfig, User, User.id == user_id)
        .outerjoin(OfferedModel, OfferedModel.config_id == ModelConfig.id)
        .where(or_(ModelConfig.user_id == user_id, ModelConfig.user_id.is_(None)))
        .order_by(OfferedModel.position, ModelConfig.id)
    )
    offered, own = [], []
    for config, group, position, *terms in session.execute(query):
        if config.user_id is not None:
            own.append(config)
        elif position is not None and OfferedTerms(*terms).includes(group):
            offered.append(config)
    return ListedModels(offered, own)


def list_model_configs(session: Session, user_id: str) -> Sequence[ModelConfig]:
    """The user's own model configs, oldest first."""
    return session.scalars(select(ModelConfig).where(ModelConfig.user_id == user_id).order_by(ModelConfig.id)).all()


def write_learned(
    session: Session, user_id: str | None, config_id: str, base_url: str, model: str, learned: dict[str, Any]
) -> None:
    """Replace what is known of a config's provider, unless the config names another server or model by now.
    `user_id`: None for a config of the operator."""
    owner = ModelConfig.user_id.is_(None) if user_id is None else ModelConfig.user_id == user_id
    is_same = (ModelConfig.base_url == base_url, ModelConfig.model == model)
    statement = update(ModelConfig).where(ModelConfig.id == config_id, owner, *is_same)
    session.execute(statement.values(learned=learned))


def lock_and_count_model_configs(session: Session, user_id: str) -> int:
    """The user's number of model configs. Locks the count until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    return session.scalars(select(func.count()).select_from(ModelConfig).where(ModelConfig.user_id == user_id)).one()


def lock_next_model_configs(session: Session, after: str, limit: int) -> Sequence[ModelConfig]:
    """Everybody's model configs after the id `after`, locked until the transaction ends. For maintenance."""
    query = select(ModelConfig).where(ModelConfig.id > after).order_by(ModelConfig.id).limit(limit)
    return session.scalars(query.with_for_update()).all()


def delete_model_configs(session: Session, user_id: str, config_ids: Sequence[str]) -> int:
    """Delete model configs; returns their number."""
    statement = delete(ModelConfig).where(ModelConfig.user_id == user_id, ModelConfig.id.in_(config_ids))
    return rows_changed(session, statement)


def delete_all_model_configs(session: Session, user_id: str) -> None:
    session.execute(delete(ModelConfig).where(ModelConfig.user_id == user_id))
