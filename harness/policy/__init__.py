"""What may leave: a request and its context to a verdict, without any input or output.

Goes in: interpretations of a URL, method overrides, ownership, permits, the proof of a sandbox. Not in: the tier of an
operation (`risk/`), and holding a request back (`transport/guard.py`).
"""
