"""The connection pool of the outbound client: idle keep-alive connections by origin."""

import time
from typing import NamedTuple

from shared.outbound.connection import HttpConnection

# More than the streams that one process usually serves.
MAX_IDLE_CONNECTIONS = 64
# Below the idle timeout of the load balancers in front of the large providers.
MAX_IDLE_SECONDS = 30


class Origin(NamedTuple):
    """`host`: a name, or an IP address without brackets."""

    scheme: str
    host: str
    port: int


class ConnectionPool:
    """Last in, first out, so that connections that are not needed expire."""

    def __init__(self) -> None:
        # Oldest first, with the wall-clock time of the release: unlike the monotonic clock it goes on while a function
        # is frozen.
        self._idle: dict[HttpConnection, tuple[Origin, float]] = {}

    def acquire(self, origin: Origin) -> HttpConnection | None:
        """Remove and return an idle connection to `origin`. Its server may be about to close it."""
        for connection in reversed(list(self._idle)):
            connected_to, since = self._idle[connection]
            if connected_to != origin:
                continue
            del self._idle[connection]
            if abs(time.time() - since) <= MAX_IDLE_SECONDS and connection.is_reusable:
                return connection
            connection.close()
        return None

    def release(self, connection: HttpConnection, origin: Origin) -> None:
        """Put a connection back if it is reusable, and close those that are expired or over the limit."""
        now = time.time()
        if connection.is_reusable:
            self._idle[connection] = origin, now
        else:
            connection.close()
        while self._idle:
            oldest, (_, since) = next(iter(self._idle.items()))
            if len(self._idle) <= MAX_IDLE_CONNECTIONS and abs(now - since) <= MAX_IDLE_SECONDS:
                return
            del self._idle[oldest]
            oldest.close()

    def close(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()
