"""One org under test: its chain, the cases of an operation sent and judged, hand-written tests, and teardown.

Goes in: all that sends requests to an org for a run. Not in: processes and the run's folder (`run/`).
"""
