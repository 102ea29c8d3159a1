"""Identifiers: UUIDv7 (RFC 9562), so that ids sort by creation time."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A new id, 36 characters, greater than every id this process made before.

    The millisecond and a 12-bit counter (RFC 9562, section 6.2, method 1) lead, 62 random bits follow:
    rows made in one transaction keep their order.
    """
    global _last
    with _lock:
        # The counter lives in the 12 bits after the timestamp and may carry over into it.
        _last = max(time.time_ns() // 1_000_000 << 12, _last + 1)
        leading = _last
    timestamp, counter = leading >> 12, leading & 0xFFF
    tail = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    return str(uuid.UUID(int=timestamp << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | tail))
