"""Mails to users: an outbox in the database, and a function that sends it by SMTP."""
