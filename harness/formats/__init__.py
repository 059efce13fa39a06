"""How texts are read: bounded files, TOML, JSON, JSON pointers, and the spellings of a text inside another.

Goes in: what knows a format and nothing of help desks. Not in: documents of vendors (`openapi/`).
"""
