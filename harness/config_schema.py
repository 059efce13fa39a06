"""deskcheck.toml as a JSON Schema for editors, made of the table of keys; `python -m` this writes the file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import shipped
from harness.settings import REPORTS
from harness.target import EMBEDDED
from harness.target_keys import KEYS, SECRET_KEYS, TargetKey
from harness.vendors import VENDORS
from harness.vendors.vendor import AuthKind, Vendor

PATH = shipped.specs() / "deskcheck.schema.json"

# The version that editors for TOML read.
_DIALECT = "http://json-schema.org/draft-07/schema#"


def schema() -> dict[str, Any]:
    """The schema of the whole file. What is only known from the values of several keys, the check at load says."""
    target = {
        "type": "object",
        "required": ["vendor", "base_url"],
        "additionalProperties": False,
        "properties": {key.name: _property(key) for key in KEYS.values()},
        "allOf": [*_once_each(), *(rule for vendor in VENDORS.values() for rule in _rules_of(vendor))],
    }
    return {
        "$schema": _DIALECT,
        "title": "deskcheck.toml",
        "description": "The orgs that deskcheck may test.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "targets": {
                "description": "One table an org: [targets.NAME], for --target NAME.",
                "type": "object",
                "propertyNames": {"not": {"const": EMBEDDED}},
                "additionalProperties": {"$ref": "#/definitions/target"},
            },
            "report_dir": {
                "description": "The folder that gets a folder of each run; a relative one begins beside this file.",
                "type": "string",
                "minLength": 1,
                "default": REPORTS,
            },
            "suites": {
                "description": "Files and folders with tests of your own; a relative one begins beside this file.",
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "examples": [["tests/desk"]],
            },
            "specs": {
                "description": "The folder of your own overlays, waivers, tiers and bindings, a folder a vendor in it.",
                "type": "string",
                "minLength": 1,
                "examples": ["specs/"],
            },
            "tokens": _store("access tokens are kept between runs", "file|keyring"),
            "quota": _store("the processes that use one org count its quota together", "file"),
        },
        "definitions": {"target": target},
    }


def _store(purpose: str, kinds: str) -> dict[str, Any]:
    """A table that says only where something is: on this machine, or in a Redis for several."""
    pattern = f"^({kinds}|rediss?://[^@]+|env:.+)$"
    store = {"type": "string", "pattern": pattern, "default": "file", "examples": ["file", "redis://HOST:6379/0"]}
    return {
        "description": f"Where {purpose}.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"store": store},
    }


def text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _property(key: TargetKey) -> dict[str, Any]:
    users = ", ".join(_users(key.name))
    meaning = key.meaning[0].upper() + key.meaning[1:] + "."
    vendors = {"enum": list(VENDORS)} if key.name == "vendor" else {}
    return {"description": f"{meaning} Needed by: {users}." if users else meaning, **key.schema, **vendors}


def _users(name: str) -> Iterator[str]:
    """The auth kinds that need a key, each with its vendor."""
    for vendor in VENDORS.values():
        for kind in vendor.auth_kinds:
            if name in kind.fields or name in _secrets_of(kind):
                yield f'auth = "{kind.name}" of {vendor.title}'


def _secrets_of(kind: AuthKind) -> list[str]:
    return [name for name in SECRET_KEYS if {name, f"{name}_env"} & kind.secrets]


def _once_each() -> Iterator[dict[str, Any]]:
    """A secret is in one place."""
    for name in SECRET_KEYS:
        yield {"not": {"required": [name, f"{name}_env"]}}


def _rules_of(vendor: Vendor) -> Iterator[dict[str, Any]]:
    """What a vendor's name asks of the other keys."""
    properties: dict[str, Any] = {"auth": {"enum": [kind.name for kind in vendor.auth_kinds]}}
    if vendor.orgs:
        text = {"type": "string", "pattern": f"^({vendor.orgs.id_form})$"}
        properties["org_id"] = {"anyOf": [text, {"type": "integer", "minimum": 0}]}
    is_vendor = {"vendor": {"const": vendor.name}}
    yield {"if": {"properties": is_vendor, "required": ["vendor"]}, "then": {"properties": properties}}
    for kind in vendor.auth_kinds:
        needed: list[dict[str, Any]] = [{"required": [name]} for name in kind.fields]
        needed += [{"anyOf": [{"required": [name]}, {"required": [f"{name}_env"]}]} for name in _secrets_of(kind)]
        if needed:
            case = {"properties": {**is_vendor, "auth": {"const": kind.name}}, "required": ["vendor", "auth"]}
            yield {"if": case, "then": {"allOf": needed}}


def write(path: Path = PATH) -> None:
    """Write the file that editors read."""
    path.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else PATH)
