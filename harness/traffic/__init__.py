"""Recorded traffic, checked without sending a request: readers, a writer, and the judge of it all."""

from harness.traffic.observe import Observation, Sighting, Unmatched, observe

__all__ = ["Observation", "Sighting", "Unmatched", "observe"]
