"""Records of an org: which exist, which are ours, what removes them, and what answers show of them.

Goes in: pure knowledge of records, worked out from the graph and from answers. Not in: which operations act on a
collection (`openapi/graph`, which the sandbox asks as well), and whoever sends (`execution/`).
"""
