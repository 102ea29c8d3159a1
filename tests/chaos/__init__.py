"""Chaos tests: load, fuzzing and fault injection; a short form in `make test`, a long one in `make chaos`."""

import os

LONG = os.environ.get("CHAOS_LONG") == "1"
