"""Access tokens between runs: what is kept of one, and the stores that keep it for all processes of a user.

Goes in: a token as a value, where tokens are kept, and the lock by which only one process renews them. Not in: how a
vendor gives tokens (`vendors/`), and when one is renewed (`transport/token_flow`).
"""
