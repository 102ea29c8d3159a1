"""What surrounds the turn: history, uploads, stopping."""
