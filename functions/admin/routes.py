"""Routes of the operator's calls.

Every route depends on `AdminUser`. Services that close connections or delete objects after their commit open their
own transactions.
"""

from typing import Annotated

from fastapi import Query, Response

from functions.admin import budgets, invites, offered_models, service, stage_settings
from functions.admin.access import AdminUser
from functions.admin.budgets import BudgetOfGroup, amount
from functions.admin.errors import OfferLimit, OwnAccount
from functions.admin.offered_models import NewOffer, Price
from functions.admin.schemas import (
    AdminUserOut,
    AuditEntryOut,
    BudgetOut,
    CreateModelBody,
    FailureOut,
    GroupBudgetBody,
    GroupBudgetList,
    GroupBudgetOut,
    InviteBody,
    InviteIdsBody,
    InviteList,
    InviteOut,
    ModelIdsBody,
    NewInviteOut,
    OfferedModelList,
    OfferedModelOut,
    OfferedServerIdsBody,
    OfferedServerList,
    OfferedServerOut,
    OfferServerBody,
    PriceBody,
    PriceOut,
    ResetLink,
    RevokedLogins,
    SettingValuesOut,
    StageSettingsOut,
    StatusOut,
    UpdateModelBody,
    UpdateOfferedServerBody,
    UpdateUserBody,
    UsageBy,
    UsageList,
    UsageSumOut,
    UserBody,
)
from functions.admin.service import ListedUser
from functions.admin.stage_settings import SettingsInForce, Values
from shared.chat import administration, operator_tool_servers
from shared.chat.operator_tool_servers import NewServer, ServerLimit
from shared.chat.usage import money
from shared.config import ReleaseSettings, load
from shared.crypto.encryption import UnreadableApiKey
from shared.db import schema_revision
from shared.db.models import Invite, ToolServer
from shared.db.repositories.audit_entries import ListedEntry
from shared.db.repositories.offered_models import Offer
from shared.db.repositories.usage import UsageSum
from shared.errors import Forbidden
from shared.llm.errors import UnsafeBaseUrl
from shared.llm.params import ModelParams
from shared.schemas import Day, Deleted, Page
from shared.stage_settings import StageSettings
from shared.tools.stored_server import UnsafeUrl
from shared.web.dependencies import DbSession
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("admin", responses=error_responses(*WITH_TOKEN, Forbidden))
_USER = error_responses(*OWN_THING, Forbidden)
_OTHER_USER = error_responses(*OWN_THING, Forbidden, OwnAccount)
_CREATE_MODEL = error_responses(*WITH_TOKEN, Forbidden, OfferLimit, UnsafeBaseUrl)
_UPDATE_MODEL = error_responses(*OWN_THING, Forbidden, UnsafeBaseUrl, UnreadableApiKey)
_CREATE_SERVER = error_responses(*WITH_TOKEN, Forbidden, ServerLimit, UnsafeUrl)
_UPDATE_SERVER = error_responses(*OWN_THING, Forbidden, UnsafeUrl)
Cursor = Annotated[str | None, Query(max_length=400)]


@router.get("/user")
def list_users(
    session: DbSession, _admin: AdminUser, q: Annotated[str, Query(max_length=200)] = "", cursor: Cursor = None
) -> Page[AdminUserOut]:
    """List accounts.

    Those whose email address or username contains `q`, newest first, in pages, with the cost of this month (UTC).
    """
    found, next_cursor = service.list_users(session, q, cursor)
    return Page[AdminUserOut](items=[_user(user) for user in found], next_cursor=next_cursor)


@router.post("/user/update", responses=_OTHER_USER)
def update_user(body: UpdateUserBody, admin: AdminUser) -> AdminUserOut:
    """Change an account's group or budget, or disable it.

    A disabled account's logins, connections, streaming replies and share links end at once, and it cannot log in until
    it is enabled. Permissions of a new group are those of the next access token.
    """
    budget = None if body.budget is None else body.budget.amounts()
    return _user(service.update_user(admin.user_id, body.id, body.group, body.disabled, budget))


@router.post("/user/revoke_sessions", responses=_USER)
def revoke_sessions(body: UserBody, admin: AdminUser) -> RevokedLogins:
    """Log an account out everywhere.

    Its tokens are refused from then on, and its WebSocket connections closed.
    """
    return RevokedLogins(revoked=service.revoke_sessions(admin.user_id, body.id))


@router.post("/user/reset_link", responses=_USER)
def create_reset_link(body: UserBody, session: DbSession, admin: AdminUser) -> ResetLink:
    """Create a link with which a user sets a new password.

    Valid once, for 30 minutes. The present password and logins stay until it is used; a second factor is still needed.
    """
    return ResetLink(url=service.create_reset_link(session, admin.user_id, body.id))


@router.post("/user/delete", status_code=202, response_class=Response, responses=_OTHER_USER)
def delete_user(body: UserBody, admin: AdminUser) -> None:
    """Delete an account.

    Its logins end at once, and what it owns is deleted, including stored objects; for a large account that takes until
    the next day.
    """
    service.delete_user(admin.user_id, body.id)


@router.get("/invite")
def list_invites(session: DbSession, _admin: AdminUser) -> InviteList:
    """List invitations.

    Those that have not expired, newest first, at most 200. `used_at`: null for one that nobody has used.
    """
    return InviteList(items=[_invite(invite) for invite in invites.list_invites(session)])


@router.post("/invite", status_code=201)
def create_invite(body: InviteBody, session: DbSession, admin: AdminUser) -> NewInviteOut:
    """Create an invitation.

    A link for one registration within a week, into `group`; with `email`, for this address only.
    """
    created = administration.invite(session, admin.user_id, body.group, body.email)
    return NewInviteOut(url=created.url, expires_at=created.expires_at)


@router.post("/invite/revoke")
def revoke_invites(body: InviteIdsBody, session: DbSession, admin: AdminUser) -> Deleted:
    """Revoke invitations.

    Used ones stay in the list; `deleted` counts the others.
    """
    return Deleted(deleted=invites.revoke_invites(session, admin.user_id, body.ids))


@router.get("/budget")
def list_budgets(session: DbSession, _admin: AdminUser) -> GroupBudgetList:
    """List the budgets of the groups.

    Money that each user of a group may spend on offered models; null for any amount. An account may have its own.
    """
    return GroupBudgetList(items=[_group_budget(budget) for budget in budgets.list_budgets(session)])


@router.post("/budget/update")
def update_budget(body: GroupBudgetBody, session: DbSession, admin: AdminUser) -> GroupBudgetList:
    """Change the budget of a group.

    It applies from the next turn on. A user whose budget is used up is answered `budget_exhausted` before a turn with a
    model that has a price; models of users' own are never counted.
    """
    changed = budgets.set_group_budget(session, admin.user_id, body.group, body.amounts())
    return GroupBudgetList(items=[_group_budget(budget) for budget in changed])


@router.get("/settings")
def get_settings(session: DbSession, _admin: AdminUser) -> StageSettingsOut:
    """Get the settings of the stage.

    Those that the operator can change at run time, with their defaults.
    """
    return _settings(stage_settings.get_settings(session))


@router.post("/settings")
def update_settings(body: StageSettings, session: DbSession, admin: AdminUser) -> StageSettingsOut:
    """Change settings of the stage.

    Absent fields do not change; null is the default again. A change applies to the next request of everybody. Share
    links that exist can still be read while sharing is off.
    """
    return _settings(stage_settings.update_settings(session, admin.user_id, body))


@router.get("/model")
def list_models(session: DbSession, _admin: AdminUser) -> OfferedModelList:
    """List the offered models.

    In the order in which users see them, those that are not enabled included. An API key is never sent back.
    """
    return OfferedModelList(items=[_offer(offer) for offer in offered_models.list_offers(session)])


@router.post("/model/create", status_code=201, responses=_CREATE_MODEL)
def create_model(body: CreateModelBody, session: DbSession, admin: AdminUser) -> OfferedModelOut:
    """Offer a model to users.

    Users of `groups` can choose it by its name; its server and key stay here. The API key is stored encrypted. The
    price counts the cost of its turns.
    """
    new = NewOffer(
        name=body.name,
        base_url=body.base_url,
        model=body.model,
        api_key=body.api_key,
        params=body.params or ModelParams(),
        groups=body.groups,
        price=_price(body.price) if body.price is not None else Price(),
        context_tokens=body.context_tokens,
        enabled=body.enabled,
    )
    return _offer(offered_models.create_offer(session, admin.user_id, new))


@router.post("/model/update", responses=_UPDATE_MODEL)
def update_model(body: UpdateModelBody, session: DbSession, admin: AdminUser) -> OfferedModelOut:
    """Change an offered model.

    Fields that are absent stay as they are. A `base_url` on another server needs the API key again. A price is that of
    the turns that end from then on. What was learned of the provider from its refusals is forgotten with a change of
    `base_url`, `model` or `params`, and with `reset_learned`.
    """
    changes = body.changes(clearable=("context_tokens",))
    if body.price is not None:
        changes["price"] = _price(body.price)
    return _offer(offered_models.update_offer(session, admin.user_id, body.id, changes))


@router.post("/model/order")
def order_models(body: ModelIdsBody, session: DbSession, admin: AdminUser) -> OfferedModelList:
    """Change the order of the offered models.

    Those of `ids` come first, in this order.
    """
    offers = offered_models.order_offers(session, admin.user_id, body.ids)
    return OfferedModelList(items=[_offer(offer) for offer in offers])


@router.post("/model/delete")
def delete_models(body: ModelIdsBody, session: DbSession, admin: AdminUser) -> Deleted:
    """Stop offering models.

    Conversations that use one go back to the server's default model. Their usage stays.
    """
    return Deleted(deleted=offered_models.delete_offers(session, admin.user_id, body.ids))


@router.get("/tool")
def list_tool_servers(session: DbSession, _admin: AdminUser) -> OfferedServerList:
    """List the tool servers that are offered to every user.

    Oldest first, those that are not enabled included. A token is never sent back.
    """
    return OfferedServerList(items=[_server(server) for server in operator_tool_servers.list_servers(session)])


@router.post("/tool/create", status_code=201, responses=_CREATE_SERVER)
def create_tool_server(body: OfferServerBody, session: DbSession, admin: AdminUser) -> OfferedServerOut:
    """Offer a tool server to every user.

    `url` is that of an MCP server with streamable HTTP, which is not called yet: `POST /tool/test` lists its tools. The
    token of `auth: bearer` is stored encrypted, and used for the calls of all users. Each user has a policy of their
    own for its tools.
    """
    new = NewServer(body.name, body.url, body.auth, body.token, body.enabled)
    return _server(operator_tool_servers.create_server(session, admin.user_id, new))


@router.post("/tool/update", responses=_UPDATE_SERVER)
def update_tool_server(body: UpdateOfferedServerBody, session: DbSession, admin: AdminUser) -> OfferedServerOut:
    """Change a tool server that is offered to every user, or disable it.

    Fields that are absent stay as they are. A `url` on another server needs the token again. Users neither see nor use
    a disabled one; their policies for its tools stay.
    """
    return _server(operator_tool_servers.update_server(session, admin.user_id, body.id, body.changes()))


@router.post("/tool/delete")
def delete_tool_servers(body: OfferedServerIdsBody, session: DbSession, admin: AdminUser) -> Deleted:
    """Delete tool servers that are offered to every user.

    With their tokens and users' policies for their tools.
    """
    return Deleted(deleted=operator_tool_servers.delete_servers(session, admin.user_id, body.ids))


@router.get("/usage")
def get_usage(
    session: DbSession,
    _admin: AdminUser,
    by: UsageBy = "day",
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> UsageList:
    """Get the usage of all users.

    Sums of the days `from` to `to` (UTC), by default the last 30, at most 366: by day, or by user or model with the
    highest cost first, at most 500.
    """
    return UsageList(items=[_usage_sum(found) for found in service.list_usage(session, by, first, last)])


@router.get("/status")
def get_status(session: DbSession, _admin: AdminUser) -> StatusOut:
    """Get the state of the server.

    Failed replies of the last 7 days by provider and error code, replies that have not ended, connections, maintenance,
    the release, and the schema of the database.
    """
    failures, state = service.get_status(session)
    return StatusOut(
        failures=[FailureOut(provider=found.provider, code=found.code, count=found.failures) for found in failures],
        streaming=state.streaming,
        stuck=state.stuck,
        waiting=state.waiting,
        connections=state.connections,
        database_connections=state.database_connections,
        max_database_connections=state.max_database_connections,
        swept_at=state.swept_at,
        release=load(ReleaseSettings).release_id,
        schema_revision=state.schema_revision,
        newest_schema_revision=schema_revision.NEWEST,
    )


@router.get("/audit")
def list_audit_entries(session: DbSession, _admin: AdminUser, cursor: Cursor = None) -> Page[AuditEntryOut]:
    """List the operator's changes.

    Who changed which account or setting, from which value to which, newest first, in pages.
    """
    found, next_cursor = service.list_audit_entries(session, cursor)
    return Page[AuditEntryOut](items=[_audit_entry(listed) for listed in found], next_cursor=next_cursor)


def _invite(invite: Invite) -> InviteOut:
    return InviteOut(
        id=invite.id,
        email=invite.email,
        group=invite.group,
        created_at=invite.created_at,
        expires_at=invite.expires_at,
        used_at=invite.used_at,
    )


def _group_budget(budget: BudgetOfGroup) -> GroupBudgetOut:
    return GroupBudgetOut(group=budget.group, day=budget.day, month=budget.month)


def _settings(settings: SettingsInForce) -> StageSettingsOut:
    return StageSettingsOut(
        values=_setting_values(settings.values),
        defaults=_setting_values(settings.defaults),
        changed=settings.changed,
        mail=settings.has_mail,
        site_bucket=settings.has_site_bucket,
    )


def _setting_values(values: Values) -> SettingValuesOut:
    price = values.default_model_price
    return SettingValuesOut(
        registration=values.registration,
        shares=values.shares,
        verification=values.verification,
        currency=values.currency,
        default_model_price=PriceOut(input=price.input, cached_input=price.cached_input, output=price.output),
        default_model_turns_per_day=dict(values.default_model_turns_per_day),
        default_model_turns_total=values.default_model_turns_total,
        streams_per_user=values.streams_per_user,
        uploads_per_user_per_day=values.uploads_per_user_per_day,
        files_per_user_per_day=values.files_per_user_per_day,
    )


def _user(listed: ListedUser) -> AdminUserOut:
    user = listed.user
    return AdminUserOut(
        id=user.id,
        email=user.email,
        username=user.username,
        group=user.group,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
        budget=BudgetOut(day=amount(user.day_budget), month=amount(user.month_budget)),
        month_cost=money(listed.month_cost),
    )


def _price(body: PriceBody) -> Price:
    return Price(input=body.input, cached_input=body.cached_input, output=body.output)


def _offer(offer: Offer) -> OfferedModelOut:
    config, terms = offer
    return OfferedModelOut(
        id=config.id,
        name=config.name,
        base_url=config.base_url,
        model=config.model,
        api_key_hint=config.api_key_hint,
        params=ModelParams.shown(config.params),
        groups=list(terms.groups),
        price=PriceOut(
            input=money(terms.input_price),
            cached_input=money(terms.cached_input_price),
            output=money(terms.output_price),
        ),
        context_tokens=terms.context_tokens,
        position=terms.position,
        enabled=terms.enabled,
        created_at=config.created_at,
        updated_at=config.updated_at,
    )


def _server(server: ToolServer) -> OfferedServerOut:
    return OfferedServerOut(
        id=server.id,
        name=server.name,
        url=server.url,
        auth="none" if server.auth == "none" else "bearer",
        token_hint=server.token_hint,
        enabled=server.enabled,
        tools=None if server.tools is None else len(server.tools),
        created_at=server.created_at,
    )


def _audit_entry(listed: ListedEntry) -> AuditEntryOut:
    entry = listed.entry
    return AuditEntryOut(
        id=entry.id,
        created_at=entry.created_at,
        actor_id=entry.actor_id,
        actor_email=listed.actor_email,
        action=entry.action,
        user_id=entry.user_id,
        user_email=listed.user_email,
        subject=entry.subject,
        # Those of earlier releases are whole.
        changes=administration.shortened(entry.changes),
    )


def _usage_sum(found: UsageSum) -> UsageSumOut:
    return UsageSumOut(
        day=found.day,
        user_id=found.user_id,
        email=found.email,
        source=found.source,
        model=found.model,
        turns=found.turns,
        prompt_tokens=found.prompt_tokens,
        cached_tokens=found.cached_tokens,
        completion_tokens=found.completion_tokens,
        cost=money(found.cost),
    )
