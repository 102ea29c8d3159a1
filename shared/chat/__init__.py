"""The turn: a message is stored, a model is called, its reply is streamed. No event that a client received is lost.

prepare → stream → finish, the same for SSE and both WebSocket gateways.
"""
