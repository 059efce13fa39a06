"""A published document to the facts of it that are pinned: no sentence of the vendor's is carried over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from harness.openapi import walk
from harness.openapi.walk import METHODS

# Prose, or tooling of the vendor's own.
_DROPPED = frozenset(
    {"description", "summary", "title", "externalDocs", "termsOfService", "contact", "license", "tags"}
)
_OWN_EXTENSIONS = frozenset({"x-also"})
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DATE = re.compile(r"[\d\sT:.+\-/Z]+\Z")
_WORD = re.compile(r"\S{1,200}\Z")


def facts(tree: dict[str, Any]) -> dict[str, Any]:
    """Names, paths, types, bounds, codes and scopes of an OpenAPI tree, in its own order.

    Descriptions, summaries, titles and vendor extensions are left out. Example values stay where they are data
    (numbers, ids, dates, single words, enum members); sentences and mail addresses become neutral stand-ins.
    """
    vocabulary = frozenset(_enum_words(tree))
    out = _strip(tree, vocabulary, named=False)
    assert isinstance(out, dict)
    out["info"] = {
        "title": str(tree.get("info", {}).get("title", "")),
        "version": str(tree.get("info", {}).get("version", "")),
    }
    shared = out.get("components", {}).get("responses", {})
    own = [item[method].get("responses", {}) for _, method, item in walk.operations(out)]
    for responses in (*own, shared):
        for response in responses.values():
            if isinstance(response, dict) and "$ref" not in response:
                # OpenAPI requires a description, if only an empty one.
                response.setdefault("description", "")
    return out


def _strip(node: Any, words: frozenset[str], *, named: bool, parent: str = "") -> Any:
    if isinstance(node, list):
        return [_strip(child, words, named=False, parent=parent) for child in node]
    if not isinstance(node, dict):
        return node
    if named:
        return {key: _strip(child, words, named=False, parent=key) for key, child in node.items()}
    return {key: _fact(key, child, words, parent) for key, child in node.items() if not _is_prose(key, parent)}


def _is_prose(key: str, parent: str) -> bool:
    """Whether a keyword holds the vendor's sentences; an operation's tags are names, those of a document are not."""
    if key == "tags" and parent in METHODS:
        return False
    return key in _DROPPED or (key.startswith("x-") and key not in _OWN_EXTENSIONS)


def _fact(key: str, child: Any, words: frozenset[str], parent: str) -> Any:
    """What is left of a keyword's value."""
    if key == "enum" or (key == "tags" and parent in METHODS):
        return child
    if key in ("example", "default", "const"):
        return neutral(child, words)
    if key == "examples":
        return _examples(child, words)
    if key == "scopes" and isinstance(child, dict):
        # Names of scopes are facts, their descriptions are prose.
        return dict.fromkeys(child, "")
    return _strip(child, words, named=key in walk.NAME_MAPS, parent=key)


def _examples(node: Any, words: frozenset[str]) -> Any:
    if not isinstance(node, dict):
        return neutral(node, words)
    return {name: _example(entry, words) for name, entry in node.items()}


def _example(entry: Any, words: frozenset[str]) -> Any:
    """One named example: the reference or the value alone, without the sentences beside them."""
    if isinstance(entry, dict) and "value" in entry:
        return {"value": neutral(entry["value"], words)}
    if isinstance(entry, dict) and "$ref" in entry:
        return {"$ref": entry["$ref"]}
    return neutral(entry, words)


def neutral(value: Any, words: frozenset[str] = frozenset()) -> Any:
    """An example value without the vendor's sentences or anybody's address."""
    if isinstance(value, list):
        return [neutral(item, words) for item in value]
    if isinstance(value, dict):
        # A reference inside an example is a slip of the publisher's tool, and some readers follow it.
        return {key: neutral(item, words) for key, item in value.items() if key != "$ref"}
    if not isinstance(value, str) or value in words or _DATE.match(value):
        return value
    if _MAIL.search(value):
        return "someone@example.com"
    return value if _WORD.match(value) else "Sample text"


def _enum_words(node: Any) -> list[str]:
    if isinstance(node, list):
        return [word for child in node for word in _enum_words(child)]
    if not isinstance(node, dict):
        return []
    values = node.get("enum")
    words = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    for child in node.values():
        words += _enum_words(child)
    return words


class _Dumper(yaml.CSafeDumper):
    """Block style, no anchors: a reader of the file should never have to look elsewhere."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def text_of(tree: dict[str, Any], path: Path) -> str:
    """The file's text: YAML for people, or (`.json`) one line an operation or component, which loads faster."""
    if path.suffix == ".json":
        return _json_lines(tree, depth=3)
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _json_lines(node: Any, depth: int, indent: str = "") -> str:
    if depth == 0 or not isinstance(node, dict) or not node:
        return json.dumps(node, ensure_ascii=False, separators=(", ", ": "))
    inner = indent + " "
    rows = [
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {_json_lines(child, depth - 1, inner)}"
        for key, child in node.items()
    ]
    return "{\n" + ",\n".join(rows) + f"\n{indent}}}" + ("\n" if not indent else "")
