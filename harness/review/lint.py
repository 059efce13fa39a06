"""What is wrong with the documents themselves: what was mended, what was corrected, what stays unusable, and where."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft202012Validator, Registry

from harness import __version__
from harness.checks import waivers
from harness.contract.dialect import Side, translate
from harness.formats.pointer import pointer_of
from harness.openapi import bundle, catalog, document, loader, overlay, walk
from harness.openapi.document import SPECS, Document
from harness.openapi.repair.places import Place, keys_of, places

# What the reader must do: nothing (note), look (warning), act (error).
LEVELS = ("note", "warning", "error")
_OLD_SCALARS = {
    "value": "is a special key to YAML 1.1 readers, and many refuse the file",
    "timestamp": "is a date to YAML 1.1 readers, and text here",
    "bool": "is a boolean to YAML 1.1 readers, and text here",
    "int": "is a number of base 60 or 8 to YAML 1.1 readers, and text here",
}


@dataclass(frozen=True, slots=True)
class Lint:
    """One defect. `rule` names it, `pointer` is a JSON pointer into the document where there is one.

    `line` counts from 1; `source` is where a correction comes from. Level `note` is mended or corrected and needs
    nobody, `warning` may lead a reader astray, `error` stops something from being tested.
    """

    level: str
    rule: str
    message: str
    file: str
    line: int
    pointer: str = ""
    source: str = ""


def lint(vendor: str, specs: Path = SPECS) -> tuple[Lint, ...]:
    """Everything there is to say about a vendor's pinned documents and waivers; raises `DocumentError`."""
    found: list[Lint] = []
    for row in document.pins(vendor, specs):
        corrections = overlay.overlays(specs / vendor / "overlays", row.file)
        found += lint_file(specs / vendor / row.file, vendor, corrections)
    return (*found, *_waivers(specs / vendor / waivers.FILE))


def lint_file(path: Path, vendor: str, corrections: Iterable[overlay.Overlay] = ()) -> tuple[Lint, ...]:
    """Everything there is to say about one document, a file or a folder, and the overlays that correct it."""
    corrections = tuple(corrections)
    fitting, found = _stale(path, corrections)
    one = document.load(path, vendor, corrections=fitting, strict=False)
    lines = _Lines(path)
    found += [_of_action(action) for action in one.actions]
    for mend in one.repairs:
        file, line = _split(mend.where) if mend.where else lines.of(mend.at)
        level = "warning" if mend.rule == "duplicate-key" else "note"
        found.append(Lint(level, mend.rule, mend.note, file, line, pointer_of(mend.at)))
    found += _scalars(path)
    found += _unsupported(one, lines)
    found += _examples(one, lines)
    return tuple(sorted(found, key=lambda entry: (entry.file, entry.line)))


def _stale(path: Path, corrections: tuple[overlay.Overlay, ...]) -> tuple[tuple[overlay.Overlay, ...], list[Lint]]:
    """The overlays without the actions that no longer fit, and a finding for each of those."""
    raw = bundle.bundle(path, [])
    bad = {(one.path, one.index): problem for one, problem in overlay.stale(raw, corrections)}
    found, fitting = [], []
    for one in corrections:
        for action in one.actions:
            if problem := bad.get((action.path, action.index)):
                file, line = _split(action.place)
                found.append(
                    Lint("error", "overlay-stale", f"{action.target} {problem}", file, line, "", action.source)
                )
        kept = tuple(action for action in one.actions if (action.path, action.index) not in bad)
        fitting.append(overlay.Overlay(one.path, one.title, one.extends, kept))
    return tuple(fitting), found


def _waivers(path: Path) -> Iterator[Lint]:
    """What is known to be wrong and tolerated; `waiver-broad` counts those that cover more than one place."""
    for index, one in enumerate(waivers.read(path) if path.is_file() else ()):
        rule = "waiver-broad" if one.is_broad else "waiver"
        text = f"{one.id} covers {one.check} of {one.operation} until {one.expires}: {one.reason}"
        yield Lint("note", rule, text, str(path), _lines_of(path).of(("waivers", str(index))), "", one.source)


def _of_action(action: overlay.Action) -> Lint:
    text = f"{action.target}: {action.reason}"
    rule = "overlay-broad" if action.is_broad else "overlay"
    return Lint("note", rule, text, str(action.path), _line(action), "", action.source)


def _line(action: overlay.Action) -> int:
    return _lines_of(action.path).of(("actions", str(action.index)))


@lru_cache(maxsize=32)
def _lines_of(path: Path) -> loader.Lines:
    return loader.Lines(path)


def _split(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return file, int(line)


def _scalars(path: Path) -> Iterator[Lint]:
    for file in _files(path):
        for line, text, kind in loader.ambiguous_scalars(file):
            yield Lint("note", "yaml-1.1", f"{text!r} {_OLD_SCALARS.get(kind, 'means another value')}", str(file), line)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(one for one in path.iterdir() if one.suffix.lower() in bundle.SUFFIXES)
    return [path]


def _unsupported(one: Document, lines: _Lines) -> Iterator[Lint]:
    for operation in catalog.compile_operations(one.vendor, one.name, one.tree):
        if operation.unsupported:
            at = ("paths", operation.path, operation.method.lower())
            yield Lint("error", "unsupported", operation.unsupported, *lines.of(at), pointer_of(at))


def _examples(one: Document, lines: _Lines) -> Iterator[Lint]:
    """Examples that their own schema refuses."""
    sides = {Side.ANSWER: _Checker(one, Side.ANSWER), Side.REQUEST: _Checker(one, Side.REQUEST)}
    for place in places(one.tree):
        is_schema = place.kind == "schema" and "example" in place.node
        has_schema = place.kind in ("media", "parameter", "header") and "schema" in place.node
        if not is_schema and not has_schema:
            continue
        at = keys_of(place.at)
        checker = sides[Side.REQUEST if _is_of_request(place, at) else Side.ANSWER]
        for name, value in _values(one.tree, place.node):
            for inner, message in checker.problems(at if is_schema else (*at, "schema"), value):
                file, line = lines.of((*at, *name))
                text = f"{inner or 'the example'}: {message}"
                yield Lint("warning", "example", text, file, line, pointer_of((*at, *name)))


def _is_of_request(place: Place, at: tuple[str, ...]) -> bool:
    return place.kind == "parameter" or "requestBody" in at or at[:2] == ("components", "requestBodies")


def _values(root: dict[str, Any], node: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if "example" in node:
        yield ("example",), node["example"]
    examples = node.get("examples")
    for name, entry in examples.items() if isinstance(examples, dict) else ():
        found = walk.resolve(root, entry)
        if isinstance(found, dict) and "value" in found:
            yield ("examples", name), found["value"]


class _Checker:
    """Validators of one document from one side, compiled as they are asked for."""

    def __init__(self, one: Document, side: Side) -> None:
        self.registry = Registry([("urn:document", translate(one.tree, side))], retriever=walk.unfetched)

    def problems(self, at: tuple[str, ...], value: Any) -> Iterator[tuple[str, str]]:
        """Where in the value and what; at most three, since one slip often shows in many places."""
        validator = Draft202012Validator(
            {"$ref": f"urn:document#{quote(pointer_of(at), safe='/~')}"}, registry=self.registry
        )
        if validator.is_valid(value):
            return
        for _, error in zip(range(3), validator.iter_errors(value), strict=False):
            message = error.message if len(error.message) < 160 else f"{error.message[:157]}..."
            yield pointer_of(tuple(str(part) for part in error.instance_path)), message


class _Lines:
    """Places of one document, or of the files it was bundled from, to file and line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.roots: dict[Path, loader.Lines] = {}

    def of(self, at: tuple[str, ...]) -> tuple[str, int]:
        file, inner = self._home(at)
        if file not in self.roots:
            self.roots[file] = loader.Lines(file)
        return str(file), self.roots[file].of(inner)

    def _home(self, at: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
        """The file of a place: a bundled component `x` of File.json is called `File.x`."""
        if not self.path.is_dir():
            return self.path, at
        files = {file.stem: file for file in _files(self.path)}
        if len(at) > 2 and at[0] == "components":
            stem, _, name = at[2].partition(".")
            if stem in files:
                return files[stem], (*at[:2], name, *at[3:])
        for file in files.values():
            if len(at) > 1 and at[0] == "paths" and at[1] in bundle.paths_of(file):
                return file, at
        return next(iter(files.values())), at


def counts(found: Iterable[Lint]) -> dict[str, int]:
    """How often each rule spoke, most often first."""
    return dict(Counter(one.rule for one in found).most_common())


def text(found: Iterable[Lint], least: str = "note") -> str:
    """One line a defect as compilers write them, and the sums."""
    found = tuple(found)
    shown = [one for one in found if LEVELS.index(one.level) >= LEVELS.index(least)]
    lines = [f"{one.file}:{one.line}: {one.level}: {one.message} [{one.rule}]" for one in shown]
    sums = [f"{count:6} {rule}" for rule, count in counts(found).items()]
    levels = Counter(one.level for one in found)
    closing = ", ".join(f"{levels[level]} {level}s" for level in reversed(LEVELS))
    return "\n".join([*lines, *([""] if lines else []), *sums, closing]) + "\n"


def as_json(found: Iterable[Lint]) -> str:
    """A JSON object with `counts` and `findings`."""
    found = tuple(found)
    return json.dumps(
        {"counts": counts(found), "findings": [asdict(one) for one in found]}, ensure_ascii=False, indent=1
    )


def sarif(found: Iterable[Lint], root: Path = SPECS.parent) -> str:
    """SARIF 2.1.0, for code hosts that show findings beside the file; files are named relative to `root`."""
    found = tuple(found)
    rules = sorted({one.rule for one in found})
    driver = {"name": "deskcheck", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    results = [
        {
            "ruleId": one.rule,
            "ruleIndex": rules.index(one.rule),
            "level": one.level,
            "message": {"text": one.message + (f" ({one.source})" if one.source else "")},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _relative(one.file, root)},
                        "region": {"startLine": max(one.line, 1)},
                    }
                }
            ],
        }
        for one in found
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=1)


def _relative(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def worst(found: Iterable[Lint]) -> str:
    """The highest level there is, or an empty text."""
    return max((one.level for one in found), key=LEVELS.index, default="")
