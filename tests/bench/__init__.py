"""What the product costs in time, measured beside the least it could cost: `make bench`."""
