"""The org that was chosen for a target, kept for the next run: a private file for each user and target."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from harness.errors import UsageError, os_errors_as
from harness.formats.json_text import json_or
from harness.private_files import private_folder, read_private, write_private
from harness.target import Target

_FOLDER = "orgs"


def read(target: Target, state: Path) -> str:
    """The id of the org that was chosen before; empty where none was, or what is kept cannot be understood.

    Raises `UsageError` where others may read or write the file.
    """
    kept = json_or(read_private(_path(target, state)) or b"", None)
    org_id = kept.get("org_id") if isinstance(kept, dict) else None
    return org_id if isinstance(org_id, str) else ""


def write(target: Target, org_id: str, state: Path) -> None:
    """Keep the id of the chosen org. Raises `UsageError` where the folder is not private or cannot be written."""
    private_folder(state)
    private_folder(state / _FOLDER)
    path = _path(target, state)
    data = {"target": target.name, "base_url": target.base_url, "org_id": org_id}
    with os_errors_as(UsageError, "the chosen org cannot be kept", path, "Name a folder with DESKCHECK_STATE."):
        write_private(path, json.dumps(data).encode())


def _path(target: Target, state: Path) -> Path:
    """A file for everything that decides which org is chosen; another name for the org is another choice."""
    who = target.credentials
    parts = [target.name, target.vendor, target.base_url, who.kind, who.user, who.client_id, target.org_name]
    return state / _FOLDER / f"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]}.json"
