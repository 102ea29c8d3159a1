"""Conversations: the list and what is changed about them."""
