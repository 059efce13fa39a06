"""Finding: what is wrong, where, by which check, and in which exchange."""

from __future__ import annotations

from dataclasses import dataclass

from harness.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation from the contract.

    `check` is the check's name (`status`, `media_type`, `headers`, `body`, `server_error`, `auth_ignored`, ...).
    `status` is the answer's code. `pointer` is a JSON pointer into the answer (or request) body, with the real index
    (`/tickets/3/recipient`); empty where the finding is about the whole answer. `expected` is the contract's side in
    short (`type string`), `message` one sentence. `waiver` is the id of the waiver that covers it, or empty.
    `count` is how many places of one exchange share this cause; `pointer` is the first of them.
    """

    operation: str
    check: str
    status: int
    pointer: str
    message: str
    expected: str = ""
    waiver: str = ""
    exchange: Exchange | None = None
    count: int = 1

    @property
    def cause(self) -> tuple[str, str, int, str, str]:
        """What makes two findings the same: indices in the pointer and concrete values do not count."""
        return self.operation, self.check, self.status, general(self.pointer), self.expected


def general(pointer: str) -> str:
    """A pointer with `*` for every array index."""
    return "/".join(["*" if part.isdigit() else part for part in pointer.split("/")])
