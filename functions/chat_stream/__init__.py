"""Replies, streamed."""
