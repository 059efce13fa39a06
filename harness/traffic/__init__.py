"""Recorded traffic: written during a run, read from HAR files and cassettes, and checked without sending a request.

Goes in: file formats of recordings, and what they show of the documents. Not in: the checks themselves (`checks/`).
"""

from harness.traffic.observe import Observation, Sighting, Unmatched, observe

__all__ = ["Observation", "Sighting", "Unmatched", "observe"]
