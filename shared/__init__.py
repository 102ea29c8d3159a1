"""Code below the functions, most of it used by several; deployed once, as a layer."""
