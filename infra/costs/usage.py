"""Assumed usage of an idle month and of a turn, in quantities with the names of `prices.json`."""

from collections.abc import Mapping
from dataclasses import dataclass

Usage = Mapping[str, float]

HOURS_A_MONTH = 730
DAYS_A_MONTH = 30.4

# serverless.yml: `memorySize` of the functions that answer calls and run turns.
FUNCTION_GB = 0.5
# A call other than a turn (history, conversations, a token): seconds of run time, bytes of its response.
CALL_SECONDS = 0.05
CALL_BYTES = 4_000
# Other calls per turn: the conversation, its title, the list, sometimes a token refresh.
CALLS_PER_TURN = 4
# Groups of tokens per second (shared.config: group_seconds), each an event of about this many bytes.
EVENTS_PER_SECOND = 10
EVENT_BYTES = 150
# Traffic between a turn and its model: the history sent, the chunks received.
MODEL_BYTES = 60_000
# One access log line per call.
LOG_BYTES_PER_CALL = 600
# One write per group, and a dozen statements per turn.
IO_PER_TURN = 20

# The minimum capacity of a resumed database, and how long it runs after the last connection.
DATABASE_UNITS = {"aws": 0.5, "tencent": 0.25}
DATABASE_PAUSE_MINUTES = {"aws": 5, "tencent": 10}
# One user chats for this long, one turn a minute, before the database can pause again; nobody else chats meanwhile.
SESSION_TURNS = 20
# Stored data at the end of the first month, in GB.
STORED_GB = 1


@dataclass(frozen=True)
class Turn:
    name: str
    seconds: float  # that its reply streams


TURNS = (Turn("short", 5), Turn("usual", 15), Turn("long", 60))


# Monthly usage of each network that the AWS deploy creates: its way out to models.
NETWORKS: Mapping[str, Usage] = {
    # The server, its public address and its volume.
    "nat-instance": {"nat_instance_hour": HOURS_A_MONTH, "address_hour": HOURS_A_MONTH, "volume_gb_month": 8},
    "nat-gateway": {"nat_hour": HOURS_A_MONTH, "address_hour": HOURS_A_MONTH},
    "ipv6": {},
}
# Billed for at least 8 units, whatever the database's size.
PROXY_UNITS = 8


def idle_month(cloud: str, network: str = "nat-instance", database: str = "new") -> Usage:
    """A month in which nobody chats. On AWS, `network` and `database` are the deploy's NETWORK and DATABASE; with
    `existing`, the resource is paid for elsewhere."""
    wakes = DAYS_A_MONTH  # The sweep, once a day.
    hours_awake = wakes * (DATABASE_PAUSE_MINUTES[cloud] + 1) / 60
    if cloud == "tencent":
        return {
            # The basic package, charged in a month after one with any invocation; the sweep is one.
            "function_month": 1,
            "database_unit_hour": hours_awake * DATABASE_UNITS[cloud],
            "database_gb_month": STORED_GB,
            "storage_gb_month": STORED_GB,
        }
    used: dict[str, float] = {"secret_month": 1, "storage_gb_month": STORED_GB, **NETWORKS.get(network, {})}
    if database == "existing":
        return used
    used |= {
        # The product's own secrets, the database's master account, and the functions' account.
        "secret_month": 3,
        "database_unit_hour": hours_awake * DATABASE_UNITS[cloud],
        "database_gb_month": STORED_GB,
    }
    if database == "proxy":
        # It keeps the database awake.
        used["database_unit_hour"] = HOURS_A_MONTH * DATABASE_UNITS[cloud]
        used["proxy_unit_hour"] = HOURS_A_MONTH * PROXY_UNITS
    return used


def thousand_turns(cloud: str, turn: Turn, websocket: bool = False) -> Usage:
    """1,000 turns of users who chat one after another. Every stream has an instance of its own."""
    turns = 1000
    calls = turns * (CALLS_PER_TURN + 1)
    answered = turn.seconds * EVENTS_PER_SECOND * EVENT_BYTES + CALLS_PER_TURN * CALL_BYTES
    awake_hours = turns / SESSION_TURNS * (SESSION_TURNS + DATABASE_PAUSE_MINUTES[cloud]) / 60
    used: dict[str, float] = {
        "function_gb_second": turns * FUNCTION_GB * (turn.seconds + CALLS_PER_TURN * CALL_SECONDS),
        "function_call": calls,
        "internet_gb": turns * answered / 1e9,
        "database_unit_hour": awake_hours * DATABASE_UNITS[cloud],
        "log_gb": calls * LOG_BYTES_PER_CALL / 1e9,
    }
    if cloud == "aws":
        used["gateway_call"] = turns * CALLS_PER_TURN if websocket else calls
        used["internet_gb"] += turns * MODEL_BYTES / 1e9
        used["database_io"] = turns * (IO_PER_TURN + turn.seconds * EVENTS_PER_SECOND)
        if websocket:
            used["websocket_message"] = turns * turn.seconds * EVENTS_PER_SECOND
            # An open page with a turn a minute, and the function that receives the frame.
            used["websocket_minute"] = turns
            used["function_call"] += turns
    return used
