"""Vendor: the frozen shape of all that differs between vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from harness.settings import Target


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor's ways.

    `proof_path` answers whether the org is a sandbox. `token_path` is the path of the token call on the token host.
    `impossible` maps a JSON type to an id that no record can have. `weight` gives a request's cost in the
    vendor's own credits (method, path -> credits). `auth` makes the httpx auth flow for a target. `forgiving` says
    that unknown keys are accepted by promise, so that sending one and getting a 2xx is no deviation. `job_path` reads
    the state of a job, with `{id}` for its id.

    `whoami` is the path that answers with the user of the credentials, by whom a record of ours was made.

    A list is walked by queries: `first` makes one of the query parameters that the list declares, `following` the next
    one of the last query, its answer and the number of its rows; an empty text where no page follows.
    """

    name: str
    title: str
    proof_path: str
    token_path: str
    impossible: Mapping[str, str]
    quota: int
    weight: Callable[[str, str], int]
    auth: Callable[[Target], httpx.Auth | None]
    first: Callable[[frozenset[str]], str]
    following: Callable[[str, Any, int], str]
    whoami: str = ""
    forgiving: bool = False
    job_path: str = ""
