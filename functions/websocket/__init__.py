"""Chat over WebSocket: API Gateway's (connect, message, disconnect, turn) and a native server (app)."""
