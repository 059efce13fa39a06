"""Entry: one recorded exchange with the place that it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from harness.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a recording, the first being 0. `exchange` is None where `note` says why there is none.

    `whole` is False where the recording left the answer's body out. `ours` marks what deskcheck recorded itself; it
    then knows the `operation` key and the `purpose` of the case ("negative" for one that breaks the contract).
    """

    file: str
    index: int
    exchange: Exchange | None = None
    note: str = ""
    whole: bool = True
    ours: bool = False
    operation: str = ""
    purpose: str = ""
