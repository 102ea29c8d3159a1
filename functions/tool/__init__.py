"""Tool servers (MCP) of users."""
