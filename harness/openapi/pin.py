"""A published document pinned in specs/: its facts as a file, their source as a row of pins.yaml."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import yaml

from harness.errors import DocumentError, UsageError, os_errors_as
from harness.openapi import bundle, document, facts, walk
from harness.openapi.document import PINS, SPECS, Pin

Fetch = Callable[[str], bytes]
# Above this a file is written as JSON, one line an operation: YAML takes forty times as long to read.
_YAML_LIMIT = 2 * 1024 * 1024
# What publishers hang on a file's name: dates, and words that say no more than "OpenAPI document".
_TRIMMED = re.compile(r"([-_. ](\d[\d.\-]*|openapi|original|oas|api|swagger))+\Z")


def pin(
    vendor: str, source: str | Path, specs: Path = SPECS, *, name: str = "", fetch: Fetch | None = None, date: str = ""
) -> Pin:
    """Write the facts of `source` (file, folder or URL) to `specs/<vendor>/` and its row to `pins.yaml`.

    A row of the same name keeps its place, a new one goes last: the first document that describes an operation
    wins. `fetch` gets a URL's bytes; `date` (ISO, default today in UTC) is when the source was read.
    Raises `DocumentError` for what cannot be used; then nothing is written.
    """
    with tempfile.TemporaryDirectory() as folder:
        path, public = _local(str(source), Path(folder), fetch)
        tree = bundle.bundle(path)
        row = _row(vendor, public, path, name, date)
    if not row.operations:
        raise DocumentError("describes no operation", where=public, remedy="Give the vendor's OpenAPI document.")
    published = facts.facts(tree)
    text = facts.text_of(published, Path(row.file))
    if len(text) > _YAML_LIMIT:
        row = replace(row, file=f"{row.name}.json")
        text = facts.text_of(published, Path(row.file))
    _write(specs / vendor / row.file, text)
    row = replace(row, sha256=document.sha256(text.encode()))
    _record(specs / vendor / PINS, row)
    return row


def _row(vendor: str, public: str, path: Path, name: str, date: str) -> Pin:
    stem = name or name_of(vendor, public)
    return Pin(
        name=stem,
        file=f"{stem}.yaml",
        source=public,
        date=date or datetime.now(UTC).date().isoformat(),
        sha256="",
        source_sha256=document.digest(path),
        # As every command counts them: of templates that differ in the names of parameters alone, one.
        operations=sum(1 for _ in walk.operations(document.load(path, vendor).tree)),
    )


def name_of(vendor: str, source: str) -> str:
    """The short name of a source: `zendesk/support-2026-05.yaml` -> support, `zoho-desk` -> desk."""
    stem = PurePosixPath(source.rstrip("/")).name.lower()
    for suffix in bundle.SUFFIXES:
        stem = stem.removesuffix(suffix)
    stem = _TRIMMED.sub("", stem.removeprefix(f"{vendor}-"))
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-") or vendor


def _local(source: str, folder: Path, fetch: Fetch | None) -> tuple[Path, str]:
    """Where to read the source, and the public name that goes into the row: never a path of this machine."""
    if "://" not in source:
        path = Path(source)
        if not path.exists():
            raise DocumentError("there is no such file or folder", where=source, remedy="Check the path.")
        resolved = path.resolve()
        return path, resolved.name if path.is_dir() else f"{resolved.parent.name}/{resolved.name}"
    parts = urlsplit(source)
    if parts.scheme != "https" or fetch is None:
        raise UsageError(f"cannot fetch {source!r}", remedy="Give an https:// URL, or save the document first.")
    suffix = PurePosixPath(parts.path).suffix.lower()
    path = folder / f"document{suffix if suffix in bundle.SUFFIXES else '.yaml'}"
    path.write_bytes(fetch(source))
    # User, query and fragment of a URL may hold a secret.
    return path, f"{parts.scheme}://{parts.hostname}{parts.path}"


def _record(path: Path, row: Pin) -> None:
    vendor = path.parent.name
    rows = list(document.pins(vendor, path.parents[1])) if path.is_file() else []
    names = [old.name for old in rows]
    if row.name in names:
        rows[names.index(row.name)] = row
    else:
        rows.append(row)
    head = "# Written by `deskcheck specs pin`. The first document that describes an operation wins.\n"
    _write(path, head + yaml.safe_dump({"documents": [asdict(pinned) for pinned in rows]}, sort_keys=False, width=120))


def _write(path: Path, text: str) -> None:
    """All of the file or none of it: written beside, then moved over."""
    with os_errors_as(UsageError, "cannot be written", path, "Check the folder."):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
