"""The tools that the product has itself."""
