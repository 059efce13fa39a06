"""The key under which a token is kept: whose it is, and by which credentials it was got, with no secret readable."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

_UNUSUAL = re.compile(r"[^a-z0-9.-]")


def token_key(token_url: str, *credentials: str) -> str:
    """The key of one user's token: the token host for people, and a digest of all that decides which token is given.

    Credentials that were changed have another key, so that a token of the old ones is never used. Two targets with the
    same credentials share one: a second token would only end the first sooner.
    """
    import hashlib  # takes a while to load, and few commands ask for a token

    digest = hashlib.sha256(json.dumps([token_url, *credentials]).encode()).hexdigest()
    host = _UNUSUAL.sub("_", (urlsplit(token_url).hostname or "host").lower())[:60]
    return f"{host}-{digest[:32]}"
