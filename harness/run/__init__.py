"""A run and its processes: the controller, its workers, the folder, signals, and the end with its exit code.

Goes in: what directs or guards whole processes. Not in: the testing of one org (`execution/`).
"""
