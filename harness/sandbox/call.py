"""Call and Reply: one request to the sandbox, and the response to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.openapi.catalog import Operation


class _Absent:
    """The type of `ABSENT`; false, so that `if call.body` reads well."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"

    def __deepcopy__(self, memo: dict[int, Any]) -> _Absent:
        return self


ABSENT: Final = _Absent()
"""No JSON body arrived; `None` is the JSON value null."""


@dataclass(slots=True)
class Call:
    """One request. Header names are in lower case; `values` are the path parameters, percent-decoded once.

    `body` is the decoded JSON body or `ABSENT`; `raw` the bytes as they came. `base` is the absolute URL of the
    vendor's mount (`http://127.0.0.1:8080/VENDOR`), `now` the org's clock in seconds since the epoch.
    `actor` is the caller: the record that the vendor's auth step looked up, None for an anonymous call.
    `state` carries what one step leaves for a later one. `mount` is the prefix that the request came in by;
    under a vendor's further mounts (its accounts host) there is no operation, and `path` alone decides.
    """

    method: str
    path: str
    operation: Operation | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ABSENT
    raw: bytes = b""
    base: str = ""
    now: float = 0.0
    actor: Any = None
    state: dict[str, Any] = field(default_factory=dict)
    mount: str = ""

    def arg(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return next((value for key, value in reversed(self.query) if key == name), default)

    def has(self, name: str) -> bool:
        """Whether the query holds a parameter, blank or not."""
        return any(key == name for key, _ in self.query)

    def listed(self, name: str) -> list[str]:
        """The values of a comma-separated query parameter, `name[]` and repetitions included, blanks left out."""
        values = [value for key, value in self.query if key in (name, f"{name}[]")]
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    @property
    def fields(self) -> dict[str, Any]:
        """The body where it is an object, else an empty one."""
        return self.body if isinstance(self.body, dict) else {}

    def envelope(self, key: str) -> dict[str, Any]:
        """The object under `key` of the body, or an empty one."""
        inner = self.fields.get(key)
        return inner if isinstance(inner, dict) else {}


@dataclass(slots=True)
class Reply:
    """An answer. `body` is a JSON value, ready bytes or text, or `ABSENT` for an answer without one."""

    status: int = 200
    body: Any = ABSENT
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json; charset=utf-8"

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300
