"""A document by the name that a user types: a path, or `vendor/name` of a pinned one; and what corrects it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from harness import vendors
from harness.errors import UsageError
from harness.openapi import bundle, document, overlay
from harness.openapi.document import SPECS, Document, Pin
from harness.vendors import VENDORS


def load_named(name: str, vendor: str) -> Document:
    """A document as published, uncorrected: what the vendor changed is the question.

    Without a `vendor`, its paths must tell whose it is. Raises `UsageError` where there is none of that name.
    """
    path = _pinned_paths().get(name) or existing(name)
    loaded = document.load(path, vendor, strict=False)
    return loaded if vendor else replace(loaded, vendor=_vendor_of(loaded))


def _vendor_of(loaded: Document) -> str:
    if vendor := vendors.of_paths(loaded.tree.get("paths", {})):
        return vendor.name
    remedy = f"Say whose it is: --vendor {next(iter(VENDORS))}."
    raise UsageError("its paths do not tell whose document it is", where=str(loaded.path), remedy=remedy)


def _pinned_paths() -> dict[str, Path]:
    """The path of every pinned document by `vendor/name`."""
    return {
        f"{vendor}/{pin.name}": SPECS / vendor / pin.file
        for vendor in document.vendors()
        for pin in document.pins(vendor)
    }


def existing(name: str) -> Path:
    """The path of a document; raises `UsageError` that names the pinned ones."""
    path = Path(name)
    if path.exists():
        return path
    pinned = ", ".join(_pinned_paths())
    raise UsageError(
        "there is no such file or folder", where=name, remedy=f"Check the path, or name a pinned one: {pinned}."
    )


def corrections_of(new: Document) -> tuple[overlay.Overlay, ...]:
    """The overlays in force for the pinned document that a new one would replace."""
    pin = counterpart(new)
    return document.corrections(new.vendor, pin.file) if pin else ()


def counterpart(other: Document) -> Pin | None:
    """The pinned document of which the other one is a version: itself, or the one with most paths in common."""
    if other.vendor not in document.vendors():
        return None
    pins = document.pins(other.vendor)
    folder = SPECS / other.vendor
    itself = next((pin for pin in pins if (folder / pin.file).resolve() == other.path.resolve()), None)
    if itself or len(pins) == 1:
        return itself or pins[0]
    own = set(other.tree.get("paths", {}))
    return max(pins, key=lambda pin: _likeness(own, bundle.paths_of(folder / pin.file)))


def replacement(older: Document, name: str = "") -> Path:
    """The path of the document that took an older one's place: the one of that name, or else the pinned one."""
    if name:
        return _pinned_paths().get(name) or existing(name)
    pin = counterpart(older)
    if pin is None:
        raise UsageError(
            f"no document of {older.vendor!r} is pinned", remedy="Name the document that took its place, too."
        )
    return SPECS / older.vendor / pin.file


def _likeness(paths: Set[str], others: Set[str]) -> float:
    """The share of all paths of two documents that both have."""
    return len(paths & others) / max(1, len(paths | others))
