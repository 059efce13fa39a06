"""How dangerous an operation is: an ordered table of rules gives its tier, overrides and escalations correct it.

Here: rules, words, traits, and what in a body or query makes one request worse. Not here: what is permitted (`policy`).
"""
