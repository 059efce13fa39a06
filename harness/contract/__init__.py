"""What a document promises of an operation: its schemas, translated, compiled and kept, and what breaks them.

Goes in: whatever turns a schema into a validator and a validator's errors into words. Not in: checks (`checks/`).
"""
