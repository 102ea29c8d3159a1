"""All SQL. Functions on owned rows take the owner's id and do not find another owner's rows.

They neither commit nor decide: the caller owns the transaction, the service the rules.
"""
