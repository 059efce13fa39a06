"""Documents: from a file to a tree that the rest can rely upon.

Here: reading, joining, repairing, correcting and pinning of OpenAPI documents. Not here: operations (`catalog`), and
what the documents promise of an answer (`checks`).
"""
