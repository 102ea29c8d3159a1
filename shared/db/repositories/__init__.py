"""All SQL. Functions on owned rows filter by the owner's id.

They neither commit nor apply business rules: the caller owns the transaction, and services have the rules.
"""
