"""The embedded sandbox: a server of every vendor, made from the catalog, with state, journal, clock and faults.

Here: the general engine (`engine` and what it builds on), the server around it, and one folder for what each vendor
does in its own way. A folder that gives a `SERVICE` is a vendor; no file beside the folders names one. Not here:
anything of the harness that tests it, so that its journal and state are evidence of their own.
"""
