"""Tests of the whole stack, started as `make dev` starts it."""
