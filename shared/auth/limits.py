"""Rate limits on attempts: fixed windows, counted in the database so that all instances share them."""

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy.orm import Session

from shared.db.repositories import rate_limits
from shared.errors import RateLimited
from shared.metrics import record


@dataclass(frozen=True)
class Limit:
    """At most `attempts` in each window of `seconds`, for one `subject` at a time."""

    name: str
    attempts: int
    seconds: int

    def consume(self, session: Session, subject: str, now: datetime, attempts: int = 1) -> None:
        """Consume attempts of the limit. Raises RateLimited when there are not as many left.

        The count must be committed even if the attempt fails for another reason: call this in a separate transaction,
        or in one that raises nothing afterwards.
        """
        if not self.allows(session, subject, now, attempts):
            raise self.refusal(now)

    def allows(self, session: Session, subject: str, now: datetime, attempts: int = 1) -> bool:
        """Count attempts; False when they are over the limit. The count must be committed, as in `consume`."""
        count = rate_limits.count_up(session, self.key(subject, now), self._window_end(now), attempts)
        return count <= self.attempts

    def refusal(self, now: datetime, message: str | None = None) -> RateLimited:
        """The error of an attempt over the limit. Records a metric."""
        record("rate limited", rate_limited=1, limit=self.name)
        return RateLimited(math.ceil((self._window_end(now) - now).total_seconds()), message)

    def count(self, session: Session, subject: str, now: datetime) -> None:
        """Count an attempt without enforcing the limit; the caller compares."""
        rate_limits.count_up(session, self.key(subject, now), self._window_end(now))

    def restore(self, session: Session, subject: str, taken_at: datetime) -> None:
        """Subtract an attempt that should not count after all."""
        rate_limits.count_down(session, self.key(subject, taken_at))

    def key(self, subject: str, now: datetime) -> str:
        """The counter's key for a subject in the current window: a SHA-256 in hex."""
        text = f"{self.name}\n{self._window_end(now).timestamp():.0f}\n{subject}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _window_end(self, now: datetime) -> datetime:
        elapsed = int(now.timestamp()) % self.seconds
        return datetime.fromtimestamp(int(now.timestamp()) - elapsed, timezone.utc) + timedelta(seconds=self.seconds)


def address_block(address: str, ipv6_prefix: int = 64) -> str:
    """The rate limit's subject for a network address: the address, or its network of `ipv6_prefix` bits for IPv6.

    A host usually has a whole /64 of IPv6 addresses, and a customer of a provider up to a /48 (RFC 6177).
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed.packed, ipv6_prefix), strict=False))
