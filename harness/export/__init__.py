"""A finding as a test that stands alone: of pytest, Postman or Bruno.

Goes in: what the test sends and expects, as values, and how each form writes it. Not in: what sends to find that out
(`execution/`).
"""
