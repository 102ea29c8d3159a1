"""Encryption of what must not be readable in the database."""
