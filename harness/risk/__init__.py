"""How dangerous an operation is: an ordered table of rules gives its tier, overrides and escalations correct it.

Goes in: rules, words, traits, and what in a body or query makes one request worse. Not in: what is permitted
(`policy/`).
"""
