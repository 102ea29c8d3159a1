"""One package per domain, deployed on its own. They import `shared` and never each other."""
