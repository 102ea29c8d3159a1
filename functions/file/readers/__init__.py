"""Readers of documents, one module for each kind. They run in a process of their own, with limits: `process`."""
