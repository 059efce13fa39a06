"""Records of an org: which operations list, create and remove them, which exist, which are ours, what takes them back.

Goes in: pure knowledge of records, worked out from the catalog and from answers. Not in: whoever sends (`execution/`).
"""
