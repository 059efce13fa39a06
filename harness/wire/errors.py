"""How a request can end without an answer, in names that let the HTTP library stay in this room."""

from __future__ import annotations

import httpx

NoAnswerError = httpx.HTTPError
"""No usable answer came: refused, lost, late, or broken. A `Refused` is one of them, so catch that first."""

UNSENDABLE = (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError)
"""What a generator thinks up and HTTP has no form for; the request never reached the network."""
