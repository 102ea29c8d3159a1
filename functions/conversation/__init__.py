"""Conversations: list, search, create, import, update, title, delete."""
