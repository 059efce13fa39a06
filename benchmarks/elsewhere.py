"""Another machine for a sweep: a folder, a user's home and a configuration of its own, and nothing of the run's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.lab import CONFIG, Lab


@dataclass
class Elsewhere(Lab):
    """Runs commands as another user on another machine would: only the sandbox's address is the same."""

    @property
    def environment(self) -> dict[str, str]:
        """The credentials, and a home without any state or cache."""
        home = {"HOME": str(self.folder), "XDG_STATE_HOME": "", "DESKCHECK_STATE": str(self.folder / "state")}
        return super().environment | home


def elsewhere(org: Lab, folder: Path, **renamed: str) -> Elsewhere:
    """Another machine in `folder`; `renamed` says what its targets are called there: `acme="customer"`."""
    folder.mkdir()
    text = CONFIG
    for old, new in renamed.items():
        text = text.replace(f"[targets.{old}]", f"[targets.{new}]")
    values = {**org.sandbox.credentials["zendesk"], **org.sandbox.credentials["zoho"], **org.sandbox.urls}
    (folder / "deskcheck.toml").write_text(text.format(**values))
    return Elsewhere(**vars(replace(org, folder=folder)))
