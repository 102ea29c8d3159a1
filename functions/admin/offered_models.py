"""Rules of the models that the operator offers to users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from functions.admin.errors import OfferLimit
from shared.chat.administration import record_change, record_differences
from shared.chat.stored_model import check_secrets_stay, set_api_key, set_params, set_server
from shared.chat.usage import micros, money
from shared.db.models import ModelConfig, OfferedModel
from shared.db.repositories import offered_models
from shared.db.repositories.offered_models import Offer
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.llm.base_url import check_base_url
from shared.llm.params import ModelParams

MAX_OFFERS = 100


@dataclass(frozen=True)
class Price:
    """Money per million tokens."""

    input: float = 0
    cached_input: float = 0
    output: float = 0


@dataclass(frozen=True)
class NewOffer:
    name: str
    base_url: str
    model: str
    api_key: str
    params: ModelParams
    groups: Sequence[str]
    price: Price
    context_tokens: int | None
    enabled: bool


def list_offers(session: Session) -> Sequence[Offer]:
    """The offered models in the operator's order."""
    return offered_models.list_offers(session)


def create_offer(session: Session, admin_id: str, new: NewOffer) -> Offer:
    """Offer one more model, as the last one. Raises UnsafeBaseUrl, OfferLimit."""
    check_base_url(new.base_url)
    listed = offered_models.list_offers(session)
    if len(listed) >= MAX_OFFERS:
        raise OfferLimit
    now = utc_now()
    config = ModelConfig(
        id=new_id(),
        user_id=None,
        name=new.name,
        base_url=new.base_url,
        model=new.model,
        created_at=now,
        updated_at=now,
    )
    set_api_key(config, new.api_key)
    set_params(config, new.params, None)
    terms = OfferedModel(
        config_id=config.id,
        groups=sorted(set(new.groups)),
        position=1 + max((terms.position for _, terms in listed), default=0),
        enabled=new.enabled,
        context_tokens=new.context_tokens,
    )
    _set_price(terms, new.price)
    offered_models.add_offer(session, config, terms)
    record_differences(session, admin_id, "model_create", now, {}, _facts(config, terms), subject=config.name)
    return config, terms


def update_offer(session: Session, admin_id: str, offer_id: str, changes: Mapping[str, Any]) -> Offer:
    """Change the named attributes; a price is that of the turns that end from now on. `reset_learned`: forget what was
    learned of the provider, as with a change of `base_url`, `model` or `params`.

    Raises NotFound, UnsafeBaseUrl, SecretsNeeded, UnreadableApiKey.
    """
    config, terms = _lock(session, offer_id)
    before = _facts(config, terms)
    base_url, api_key, params = changes.get("base_url"), changes.get("api_key"), changes.get("params")
    if base_url is not None:
        check_base_url(base_url)
        check_secrets_stay(config, base_url, api_key, params)
    set_server(config, base_url, api_key)
    config.name = changes.get("name", config.name)
    if changes.get("model", config.model) != config.model:
        config.model, config.learned = changes["model"], None
    if params is not None:
        old_params = config.params
        set_params(config, params, config)
        if config.params != old_params:
            config.learned = None
    if changes.get("reset_learned"):
        config.learned = None
    if "groups" in changes:
        terms.groups = sorted(set(changes["groups"]))
    terms.enabled = changes.get("enabled", terms.enabled)
    terms.context_tokens = changes.get("context_tokens", terms.context_tokens)
    if "price" in changes:
        _set_price(terms, changes["price"])
    now = config.updated_at = utc_now()
    after = _facts(config, terms)
    if api_key is not None:
        # That it changed, without either key.
        before, after = {**before, "api_key": None}, {**after, "api_key": "…"}
    record_differences(session, admin_id, "model_update", now, before, after, subject=config.name)
    return config, terms


def order_offers(session: Session, admin_id: str, offer_ids: Sequence[str]) -> Sequence[Offer]:
    """List these models first, in this order, and then the others in theirs."""
    before = offered_models.list_offers(session)
    others = {config.id: (config, terms) for config, terms in before}
    first = [others.pop(offer_id) for offer_id in dict.fromkeys(offer_ids) if offer_id in others]
    after = first + list(others.values())
    for position, (_, terms) in enumerate(after, start=1):
        terms.position = position
    names_before, names_after = ([config.name for config, _ in offers] for offers in (before, after))
    if names_after != names_before:
        changes = {"order": (names_before, names_after)}
        record_change(session, admin_id, "model_order", utc_now(), changes=changes)
    return after


def delete_offers(session: Session, admin_id: str, offer_ids: Sequence[str]) -> int:
    """Stop offering models; returns their number. Conversations that use one go back to the default model."""
    offers = offered_models.lock_offers(session, offer_ids)
    now = utc_now()
    for config, terms in offers:
        record_differences(session, admin_id, "model_delete", now, _facts(config, terms), {}, subject=config.name)
    offered_models.delete_offers(session, [config.id for config, _ in offers])
    return len(offers)


def _lock(session: Session, offer_id: str) -> Offer:
    offers = offered_models.lock_offers(session, [offer_id])
    if not offers:
        raise NotFound
    return offers[0]


def _set_price(terms: OfferedModel, price: Price) -> None:
    terms.input_price = micros(price.input)
    terms.cached_input_price = micros(price.cached_input)
    terms.output_price = micros(price.output)


def _facts(config: ModelConfig, terms: OfferedModel) -> dict[str, Any]:
    """The attributes for the audit log, without secrets: a base URL's query may hold a key."""
    prices = (terms.input_price, terms.cached_input_price, terms.output_price)
    return {
        "name": config.name,
        "base_url": urlsplit(config.base_url)._replace(query="").geturl(),
        "model": config.model,
        "groups": list(terms.groups),
        "enabled": terms.enabled,
        "context_tokens": terms.context_tokens,
        "price": [money(price) for price in prices],
        **{name: value for name, value in config.params.items() if name != "extra_body"},
    }
