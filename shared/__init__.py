"""Code of two or more functions, deployed once, as a layer."""
