"""Evidence: what an org's own answer proves about it, and the reason in a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Proof(StrEnum):
    """What is known of an org."""

    EMBEDDED = "embedded"  # the sandbox that this process started
    SANDBOX = "sandbox"
    PRODUCTION = "production"
    UNPROVEN = "unproven"  # its answer says neither
    UNPROVABLE = "unprovable"  # its vendor has not said how an org proves to be a sandbox


@dataclass(frozen=True, slots=True)
class Evidence:
    """A proof with the sentence that gives its source.

    `scopes` are those of the token that asked, None where nothing says which it has.
    """

    proof: Proof
    reason: str
    scopes: frozenset[str] | None = None


def by_flag(flag: Any, name: str) -> Evidence:
    """What a field called `name` proves: only a clear true is a sandbox and only a clear false is production.

    Booleans come as text here and there (a vendor's own examples), so `"true"` counts as well.
    """
    shown = json.dumps(flag)
    if flag is True or flag == "true":
        return Evidence(Proof.SANDBOX, f"{name} is {shown}")
    if flag is False or flag == "false":
        return Evidence(Proof.PRODUCTION, f"{name} is {shown}")
    return Evidence(Proof.UNPROVEN, f"{name} is {shown}, neither true nor false")
