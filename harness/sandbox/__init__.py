"""The embedded sandbox: a server of both vendors, made from the catalog, with state, journal, clock and faults.

Here: the general engine, and a folder for what each vendor does in its own way. Not here: anything of the harness that
tests it, so that its journal and state are an independent witness.
"""
