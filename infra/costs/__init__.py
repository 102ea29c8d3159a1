"""What the product costs on each cloud, from the prices in `prices.json` and the usage assumed in `usage.py`."""
