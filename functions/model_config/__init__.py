"""Users' own models."""
