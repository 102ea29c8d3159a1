"""Tools: what a model may call in a turn, built in or of an MCP server."""
