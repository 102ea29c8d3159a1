"""The local stack of `make dev`: gateway emulation, object store, model server, process supervision."""
