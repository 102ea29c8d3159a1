"""Models that the operator offers to users."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base
from shared.db.models.model_config import ModelConfig
from shared.db.types import Id, Json


class OfferedModel(Base):
    """The terms of a model config of the operator, whose `user_id` is null."""

    __tablename__ = "offered_models"

    config_id: Mapped[str] = mapped_column(Id, ForeignKey(ModelConfig.id, ondelete="CASCADE"), primary_key=True)
    # The groups whose users may choose it; empty: every group.
    groups: Mapped[list[str]] = mapped_column("user_groups", Json, default=list)
    # In lists, ascending.
    position: Mapped[int]
    enabled: Mapped[bool]
    # The tokens that the model reads at most; null: CONTEXT_TOKENS.
    context_tokens: Mapped[int | None]
    # Prices of a million tokens, in millionths of the currency.
    input_price: Mapped[int] = mapped_column(BigInteger)
    cached_input_price: Mapped[int] = mapped_column(BigInteger)
    output_price: Mapped[int] = mapped_column(BigInteger)
