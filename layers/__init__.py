"""What the functions stand on in the cloud: their dependencies and the shared code, built as layers."""
