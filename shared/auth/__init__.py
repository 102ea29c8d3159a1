"""Authentication and authorization: passwords, tokens, permissions, rate limits of attempts."""
