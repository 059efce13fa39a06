"""Case: one concrete request to try, with what it is for; plain data that can be stored in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote


class Intent(StrEnum):
    """Where a case comes from."""

    EXAMPLE = "example"  # the document's own example values
    BOUNDARY = "boundary"  # at and just past each declared bound
    FUZZ = "fuzz"  # drawn at random from the schema, or from just outside of it
    WORKFLOW = "workflow"  # written by hand


@dataclass(frozen=True, slots=True)
class Case:
    """One request before ids of this org are put in.

    `path` is the operation's template and `values` its parameters, decoded. `query` is the encoded query string.
    `json` is the decoded body where `has_json`; otherwise `body` holds the bytes. `negative` cases break the
    contract at `place` (path, query, header or body) and `parameter`; `what` says how, in the generator's words.
    `origin` is the generator's own form of the case, by which its checks can judge the answer.
    """

    method: str
    path: str
    intent: Intent
    negative: bool = False
    what: str = ""
    place: str = ""
    parameter: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = ""
    has_json: bool = False
    json: Any = None
    body: bytes = b""
    origin: Mapping[str, Any] = field(default_factory=dict)

    def url_path(self) -> str:
        """The template with every value percent-encoded into it, and the query behind."""
        path = self.path
        for name, value in self.values.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        return f"{path}?{self.query}" if self.query else path
