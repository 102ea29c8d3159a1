"""State machine test: logins, refreshes, replays, logouts and new passwords in any order, compared with a model."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from functions.user import service
from functions.user.logins import Device, TokenPair
from shared.auth import principal
from shared.auth.principal import confirm_login
from shared.auth.tokens import read_refresh_token, read_token
from shared.db.session import transaction
from shared.errors import TokenRevoked
from shared.ids import new_id
from tests.support.log_watch import keep_secret

GRACE_SECONDS = 10
GRACE_USES = 3
DEVICE = Device("tests", "::1")


@dataclass
class Family:
    """Expected state of a login."""

    alive: bool = True


@dataclass(eq=False)
class Token:
    """An issued refresh token with its access token."""

    family: Family
    refresh: str
    access: str
    rotated_at: datetime | None = None
    replays: int = 0


@dataclass
class Account:
    email: str
    password: str
    tokens: list[Token] = field(default_factory=list)

    def end_all(self) -> None:
        for token in self.tokens:
            token.family.alive = False


class RefreshTokens(RuleBasedStateMachine):
    """Two accounts, to check that changes of one do not affect the other."""

    accounts: Bundle[Account] = Bundle("accounts")
    tokens: Bundle[tuple[Account, Token]] = Bundle("tokens")
    set_clock: Callable[[Callable[[], datetime]], None]

    def __init__(self) -> None:
        super().__init__()
        # Token expiry uses the real clock, to which this one must be close.
        self.now = datetime.now(timezone.utc) - timedelta(minutes=5)
        self.set_clock(lambda: self.now)
        self.known: list[Account] = []

    @initialize(target=accounts)
    def register(self) -> Any:
        for _ in range(2):
            account = Account(f"{new_id()}@example.com", "correct-horse-1")
            self._given(account, Family(), service.register(account.email, "Some One", account.password, None, DEVICE))
            self.known.append(account)
        return multiple(*self.known)

    @rule(target=tokens, account=accounts)
    def log_in(self, account: Account) -> Any:
        pair = service.login(account.email, account.password, DEVICE)
        assert isinstance(pair, TokenPair)
        return account, self._given(account, Family(), pair)

    @rule(target=tokens, presented=tokens)
    def refresh(self, presented: tuple[Account, Token]) -> Any:
        account, token = presented
        if not self._takes(token, lambda given: service.refresh(given, DEVICE)):
            return multiple()
        token.replays += token.rotated_at is not None
        token.rotated_at = token.rotated_at or self.now
        return account, self._given(account, token.family, self.pair)

    @rule(presented=tokens)
    def log_out(self, presented: tuple[Account, Token]) -> None:
        _, token = presented
        if self._takes(token, lambda given: service.logout(given, DEVICE)):
            token.family.alive = False

    @rule(target=tokens, presented=tokens, number=st.integers(0, 3))
    def change_password(self, presented: tuple[Account, Token], number: int) -> Any:
        account, token = presented
        password = f"another-horse-{number}"
        if not self._takes(token, lambda given: service.change_password(given, password, password, DEVICE)):
            return multiple()
        account.end_all()
        account.password = password
        return account, self._given(account, Family(), self.pair)

    @rule(seconds=st.sampled_from([0.5, GRACE_SECONDS - 1, GRACE_SECONDS, GRACE_SECONDS + 0.001]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def access_tokens_live_exactly_as_long_as_their_login(self) -> None:
        for account in self.known:
            for token in account.tokens:
                assert self._is_let_in(token) == token.family.alive

    def _takes(self, token: Token, call: Callable[[Any], Any]) -> bool:
        """Whether the call accepts the token; asserts that this matches the contract."""
        standing = token.family.alive and (
            token.rotated_at is None
            or (self.now - token.rotated_at <= timedelta(seconds=GRACE_SECONDS) and token.replays < GRACE_USES)
        )
        try:
            self.pair = call(read_refresh_token(token.refresh))
        except TokenRevoked:
            assert not standing
            # A replay, or an ended login: the whole login is revoked.
            token.family.alive = False
            return False
        assert standing
        return True

    def _given(self, account: Account, family: Family, pair: TokenPair) -> Token:
        for secret in (pair.access_token, pair.refresh_token):
            keep_secret(secret)
        assert pair.refresh_token not in {token.refresh for token in account.tokens}
        account.tokens.append(Token(family, pair.refresh_token, pair.access_token))
        return account.tokens[-1]

    def _is_let_in(self, token: Token) -> bool:
        try:
            with transaction() as session:
                confirm_login(session, read_token(token.access, "access"))
        except TokenRevoked:
            return False
        return True


# The long form takes minutes.
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("database")
def test_logins_follow_the_contract_for_any_order_of_account_calls(
    monkeypatch: pytest.MonkeyPatch, settings: Callable[..., None]
) -> None:
    # All examples have one network address.
    settings(
        REGISTRATIONS_PER_ADDRESS_PER_HOUR="100000",
        REGISTRATIONS_PER_NETWORK_PER_HOUR="100000",
        FAILED_LOGINS_PER_ADDRESS="100000",
    )

    def set_clock(now: Callable[[], datetime]) -> None:
        for module in (service, principal):
            monkeypatch.setattr(module, "utc_now", now)

    monkeypatch.setattr(RefreshTokens, "set_clock", staticmethod(set_clock), raising=False)
    profile = hypothesis.settings.default or hypothesis.settings()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        RefreshTokens,
        settings=hypothesis.settings(
            max_examples=profile.max_examples // 3, stateful_step_count=20, suppress_health_check=list(HealthCheck)
        ),
    )
