"""What breaks the product on purpose, briefly in `make test` and at length in `make chaos`."""

import os

LONG = os.environ.get("CHAOS_LONG") == "1"
