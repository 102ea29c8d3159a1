"""HTTP: what every function's app has in common."""
