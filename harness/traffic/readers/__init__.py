"""Recordings of other tools, one family a file, each from parsed data to exchanges; `table` lists them all.

Goes in: what a tool writes, how it is recognised, and how its parts are read. Not in: what is promised of an exchange.
"""
