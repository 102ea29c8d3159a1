"""The product on one machine: what `make dev` runs, and the parts it is made of."""
