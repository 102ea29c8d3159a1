"""Maintenance tasks, invoked by the deploy and by a timer: migrations, cleanup, key rotation."""
