"""Chat over WebSocket: Lambda handlers behind API Gateway (connect, message, disconnect, turn), and a native server
(app)."""
