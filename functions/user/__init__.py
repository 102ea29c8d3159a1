"""Accounts and logins."""
