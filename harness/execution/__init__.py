"""One org under test: its chain, the cases of an operation sent and judged, hand-written tests, and teardown.

Goes in: whatever sends requests to an org, also the examination before a run and the replay after it. Not in:
processes and the run's folder (`run/`).
"""
