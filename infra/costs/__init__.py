"""Cost estimates for each cloud, from the prices in `prices.json` and the assumed usage in `usage.py`."""
