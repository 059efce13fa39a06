"""What a run came to, as values, and the folder that keeps them.

Goes in: outcomes and their archive. Not in: how they are shown (`report/`).
"""
