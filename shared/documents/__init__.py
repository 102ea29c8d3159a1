"""The text of documents: its stored form, and full-text search in it."""
