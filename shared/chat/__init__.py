"""The turn: a message goes in, a reply comes out token by token, and nothing shown is ever lost.

prepare → stream → finish, behind every transport.
"""
