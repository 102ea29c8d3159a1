"""Models that the operator offers to users: the operator's model configs with their terms."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db.models import ModelConfig, OfferedModel

Offer = tuple[ModelConfig, OfferedModel]
_OFFERS = (
    select(ModelConfig, OfferedModel)
    .join(OfferedModel, OfferedModel.config_id == ModelConfig.id)
    .where(ModelConfig.user_id.is_(None))
)


def add_offer(session: Session, config: ModelConfig, terms: OfferedModel) -> None:
    session.add(config)
    session.flush()
    session.add(terms)
    session.flush()


def list_offers(session: Session) -> Sequence[Offer]:
    """The offered models in the operator's order."""
    return [(config, terms) for config, terms in session.execute(_OFFERS.order_by(OfferedModel.position))]


def find_offered_config(session: Session, config_id: str) -> ModelConfig | None:
    """A model config of the operator."""
    return session.scalar(select(ModelConfig).where(ModelConfig.id == config_id, ModelConfig.user_id.is_(None)))


def lock_offers(session: Session, config_ids: Sequence[str]) -> Sequence[Offer]:
    """The offered models of these ids in the operator's order, locked until the transaction ends."""
    query = _OFFERS.where(ModelConfig.id.in_(config_ids)).order_by(OfferedModel.position).with_for_update()
    return [(config, terms) for config, terms in session.execute(query)]


def delete_offers(session: Session, config_ids: Sequence[str]) -> None:
    """Delete offered models. Conversations, projects and settings that name one go back to the default model."""
    session.execute(delete(ModelConfig).where(ModelConfig.user_id.is_(None), ModelConfig.id.in_(config_ids)))
