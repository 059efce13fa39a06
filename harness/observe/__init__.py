"""Recorded traffic, checked without sending a request: readers, a writer, and the judge of it all."""

from harness.observe.traffic import Observation, Sighting, Unmatched, observe

__all__ = ["Observation", "Sighting", "Unmatched", "observe"]
