"""The deployed functions: one package per domain, deployed separately. They import `shared`, never each other."""
