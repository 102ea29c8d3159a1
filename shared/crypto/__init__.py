"""Encryption at rest of secrets in the database."""
