"""What a document promises of an operation: its schemas as validators, and what breaks them.

Goes in: what turns a schema into a validator, and its errors into violations. Not in: findings (`checks/`).
"""
