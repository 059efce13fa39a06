"""HAR text made by hand, as a browser, a proxy or a broken tool would leave it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).resolve().parents[3].parent / "shared" / "recordings" / "zendesk"
# Another team's, of 2013 and 2015.
RECORDINGS_2015 = RECORDINGS.with_name("zendesk-2015")


def entry(
    url: str = "https://any.host/api/v2/tickets/1.json", status: int = 200, body: Any = None, **more: Any
) -> dict[str, Any]:
    """One HAR entry with a JSON answer; `more` goes into its `content`."""
    text = body if isinstance(body, str) else json.dumps({"ticket": {"id": 1}} if body is None else body)
    content = {"size": len(text), "mimeType": "application/json", "text": text} | more
    return {
        "startedDateTime": "2024-02-29T12:00:00Z",
        "time": 12,
        "request": {"method": "GET", "url": url, "headers": [], "queryString": []},
        "response": {"status": status, "headers": [], "content": content},
    }


def har(*entries: Any, version: str = "1.2", creator: str = "a browser") -> str:
    """A whole HAR text."""
    return json.dumps({"log": {"version": version, "creator": {"name": creator, "version": "1"}, "entries": entries}})
