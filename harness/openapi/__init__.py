"""OpenAPI documents: from a published file to a tree, its operations and the collections that they work on.

Goes in: reading, joining, correcting, repairing and pinning of documents, and what is read off their paths. Not in:
schemas as validators (`contract/`), and how dangerous an operation is (`risk/`).
"""
