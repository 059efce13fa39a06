"""ListedOrg: an org that credentials are for, as the vendor lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedOrg:
    """An org by its id, and by what people call it: its company, its portal."""

    id: str
    names: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """For a message: `"882152284" (Paper Lane) paperlane1767607200000`."""
        company, *more = self.names or ("",)
        return " ".join([f'"{self.id}"', *([f"({company})"] if company else []), *more])

    def is_called(self, name: str) -> bool:
        """Whether people call it so, in whatever letter case."""
        return name.casefold().strip() in (known.casefold().strip() for known in self.names)
