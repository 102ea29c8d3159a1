"""Maintenance tasks, invoked by the deploy and by timers: migrations, cleanup, polls of MCP tasks, key rotation."""
