"""The defects of the documents themselves: what was repaired, what was corrected, what stays unusable, and where."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry, ValidationError

from harness import __version__
from harness.checks import waivers
from harness.contract import discriminator
from harness.contract.compiled_schema import uncompiled
from harness.contract.contract import Contract
from harness.contract.dialect import Side, translation
from harness.errors import DocumentError
from harness.formats.pointer import pointer_of, reference_of
from harness.openapi import bundle, catalog, document, loader, overlay, spec_files, walk
from harness.openapi.document import SPECS, Document
from harness.openapi.repair.places import Place, keys_of, places
from harness.review.corrections import binding_entries
from harness.risk import escalate, overrides

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

    `line` counts from 1; `source` is where a correction comes from. Level `note` is repaired or corrected and needs
    no action, `warning` may lead a reader astray, `error` stops something from being tested.
    """

    level: str
    rule: str
    message: str
    file: str
    line: int
    pointer: str = ""
    source: str = ""


def lint(vendor: str, specs: Path = SPECS, at: Callable[[str], None] = lambda name: None) -> tuple[Lint, ...]:
    """Everything there is to say about a vendor's pinned documents and waivers; raises `DocumentError`.

    `at` is told which document comes next.
    """
    defects: list[Lint] = []
    for row in document.pins(vendor, specs):
        at(f"{vendor}/{row.name}")
        corrections = document.corrections(vendor, row.file, specs)
        defects += lint_file(specs / vendor / row.file, vendor, corrections)
    waivers.load(vendor, specs)
    for path in spec_files.files(vendor, waivers.FILE, specs):
        defects += _waivers(path)
    return (*defects, *_own_entries(vendor, specs))


def _own_entries(vendor: str, specs: Path) -> Iterator[Lint]:
    """The tiers, escalations and bindings of the user's own files; what is about no operation has no effect."""
    own = tuple(f"{path}:" for path in spec_files.own_files())
    if not own:
        return
    operations = [
        operation
        for loaded in document.pinned(vendor, specs)
        for operation in catalog.compile_operations(loaded.vendor, loaded.name, loaded.tree)
    ]
    known = {name for one in operations for name in (one.operation_id, f"{one.method} {one.path}", *one.aliases)}
    for override in overrides.load(vendor, specs).values():
        if override.place.startswith(own):
            text = f"{override.operation} is {override.tier}: {override.reason}"
            yield _own_entry("tier", text, override.operation, override.place, known)
    for row in escalate.load(vendor, specs):
        if row.place.startswith(own):
            text = f"{row.name}: {row.at} of {', '.join(row.operations)} makes it {row.tier} ({row.reason})"
            yield Lint("note", "escalation", text, *_split(row.place))
    for entry in binding_entries(vendor, specs):
        if entry.place.startswith(own):
            # The name of a collection is a path, which may be one that no document has.
            is_known = {entry.name} if entry.kind == "removal" else known
            kind = entry.kind.replace(" ", "-")
            yield _own_entry(kind, f"{entry.name}: {entry.text}", entry.name, entry.place, is_known)


def _own_entry(rule: str, text: str, operation: str, place: str, known: Collection[str]) -> Lint:
    if operation in known:
        return Lint("note", rule, text, *_split(place))
    return Lint("error", f"{rule}-unknown", f"no document has {operation}", *_split(place))


def lint_file(path: Path, vendor: str, corrections: Iterable[overlay.Overlay] = ()) -> tuple[Lint, ...]:
    """Everything there is to say about one document, a file or a folder, and the overlays that correct it."""
    corrections = tuple(corrections)
    fitting, defects = _stale(path, corrections)
    loaded = document.load(path, vendor, corrections=fitting, strict=False)
    lines = _DocumentLines(path, loaded.written)
    defects += [_of_action(action) for action in loaded.actions]
    for repair in loaded.repairs:
        file, line = _split(repair.where) if repair.where else lines.of(repair.at)
        level = "warning" if repair.rule == "duplicate-key" else "note"
        defects.append(Lint(level, repair.rule, repair.note, file, line, pointer_of(repair.at)))
    defects += _scalars(path)
    defects += _unsupported(loaded, lines)
    defects += _uncompilable(loaded, lines)
    defects += _examples(loaded, lines)
    return tuple(sorted(defects, key=lambda defect: (defect.file, defect.line)))


def _stale(path: Path, corrections: tuple[overlay.Overlay, ...]) -> tuple[tuple[overlay.Overlay, ...], list[Lint]]:
    """The overlays without the actions that no longer fit, and a defect for each of those."""
    stale = list(overlay.stale(bundle.bundle(path, []), corrections))
    defects = [
        Lint("error", "overlay-stale", f"{action.target} {problem}", *_split(action.place), "", action.source)
        for action, problem in stale
    ]
    places = {(action.path, action.index) for action, _ in stale}
    fitting = []
    for correction in corrections:
        actions = [action for action in correction.actions if (action.path, action.index) not in places]
        fitting.append(replace(correction, actions=tuple(actions)))
    return tuple(fitting), defects


def _waivers(path: Path) -> Iterator[Lint]:
    """The deviations that are tolerated; `waiver-broad` counts those that cover more than one place."""
    for index, waiver in enumerate(waivers.read(path) if path.is_file() else ()):
        rule = "waiver-broad" if waiver.is_broad else "waiver"
        text = f"{waiver.id} covers {waiver.reach}: {waiver.reason}"
        yield Lint("note", rule, text, str(path), _lines_of(path).of(("waivers", str(index))), "", waiver.source)


def _of_action(action: overlay.Action) -> Lint:
    text = f"{action.target}: {action.reason}"
    rule = "overlay-broad" if action.is_broad else "overlay"
    line = _lines_of(action.path).of(("actions", str(action.index)))
    return Lint("note", rule, text, str(action.path), line, "", action.source)


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
    return bundle.files_of(path) if path.is_dir() else [path]


def _unsupported(loaded: Document, lines: _DocumentLines) -> Iterator[Lint]:
    for operation in catalog.compile_operations(loaded.vendor, loaded.name, loaded.tree):
        if operation.unsupported:
            at = ("paths", operation.path, operation.method.lower())
            yield Lint("error", "unsupported", operation.unsupported, *lines.of(at), pointer_of(at))


def _examples(loaded: Document, lines: _DocumentLines) -> Iterator[Lint]:
    """Examples that their own schema refuses."""
    validators = {side: _SchemaValidators(loaded, side) for side in Side}
    for place in places(loaded.tree):
        is_schema = place.kind == "schema" and "example" in place.node
        has_schema = place.kind in ("media", "parameter", "header") and "schema" in place.node
        if not is_schema and not has_schema:
            continue
        at = keys_of(place.at)
        validator = validators[Side.REQUEST if _is_of_request(place, at) else Side.ANSWER]
        for name, value in _values(loaded.tree, place.node):
            try:
                problems = list(validator.problems(at if is_schema else (*at, "schema"), value))
            except DocumentError:
                # Told of the operations that use it.
                continue
            for inner, message in problems:
                file, line = lines.of((*at, *name))
                text = f"{inner or 'the example'}: {message}"
                yield Lint("warning", "example", text, file, line, pointer_of((*at, *name)))


def _uncompilable(loaded: Document, lines: _DocumentLines) -> Iterator[Lint]:
    """Schemas of operations that no validator accepts, so that nothing is held to them."""
    contract = Contract.over([loaded])
    reported: set[str] = set()
    for operation in catalog.compile_operations(loaded.vendor, loaded.name, loaded.tree):
        for schema in contract.schemas(operation):
            if schema.problem is not None and schema.problem.where not in reported:
                reported.add(schema.problem.where)
                yield Lint("error", "uncompilable", schema.problem.what, *lines.of(schema.at), pointer_of(schema.at))


def _is_of_request(place: Place, at: tuple[str, ...]) -> bool:
    return place.kind == "parameter" or "requestBody" in at or at[:2] == ("components", "requestBodies")


def _values(root: dict[str, Any], node: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if "example" in node:
        yield ("example",), node["example"]
    examples = node.get("examples")
    for name, entry in examples.items() if isinstance(examples, dict) else ():
        example = walk.resolve(root, entry)
        if isinstance(example, dict) and "value" in example:
            yield ("examples", name), example["value"]


class _SchemaValidators:
    """The schemas of one document for one side, each compiled when it is used."""

    def __init__(self, loaded: Document, side: Side) -> None:
        self.translation = translation(loaded.tree, side)
        discriminator.apply(self.translation.tree)
        self.registry = Registry([("urn:document", self.translation.tree)], retriever=walk.unfetched)

    def problems(self, at: tuple[str, ...], value: Any) -> Iterator[tuple[str, str]]:
        """Where in the value and what; at most three, since one slip often shows in many places.

        Raises `DocumentError` where the schema cannot be compiled.
        """
        reference = f"urn:document{reference_of(self.translation.place(at))}"
        try:
            validator = Draft202012Validator({"$ref": reference}, registry=self.registry)
        except (ValidationError, ValueError) as error:
            raise uncompiled(error, pointer_of(at)) from error
        if validator.is_valid(value):
            return
        for _, wrong in zip(range(3), validator.iter_errors(value), strict=False):
            message = wrong.message if len(wrong.message) < 160 else f"{wrong.message[:157]}..."
            yield pointer_of(tuple(str(part) for part in wrong.instance_path)), message


class _DocumentLines:
    """Places of one document, or of the files it was bundled from, to file and line."""

    def __init__(self, path: Path, written: Mapping[str, str]) -> None:
        self.path, self.written = path, written

    def of(self, at: tuple[str, ...]) -> tuple[str, int]:
        if at[:1] == ("paths",) and len(at) > 1:
            at = ("paths", self.written.get(at[1], at[1]), *at[2:])
        file, inner = self._file_of(at)
        return str(file), _lines_of(file).of(inner)

    def _file_of(self, at: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
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


def counts(defects: Iterable[Lint]) -> dict[str, int]:
    """How many defects each rule has, most first."""
    return dict(Counter(defect.rule for defect in defects).most_common())


def text(defects: Collection[Lint], least: str = "note") -> str:
    """One line a defect as compilers write them, and the sums."""
    shown = [defect for defect in defects if LEVELS.index(defect.level) >= LEVELS.index(least)]
    lines = [f"{defect.file}:{defect.line}: {defect.level}: {defect.message} [{defect.rule}]" for defect in shown]
    sums = [f"{count:6} {rule}" for rule, count in counts(defects).items()]
    levels = Counter(defect.level for defect in defects)
    closing = ", ".join(f"{levels[level]} {level}s" for level in reversed(LEVELS))
    return "\n".join([*lines, *([""] if lines else []), *sums, closing]) + "\n"


def as_json(defects: Collection[Lint]) -> str:
    """A JSON object with `counts` and `findings`."""
    row = {"counts": counts(defects), "findings": [asdict(defect) for defect in defects]}
    return json.dumps(row, ensure_ascii=False, indent=1)


def sarif(defects: Collection[Lint], root: Path = SPECS.parent) -> str:
    """SARIF 2.1.0, for code hosts that show findings beside the file; files are named relative to `root`."""
    rules = sorted({defect.rule for defect in defects})
    driver = {"name": "deskcheck", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    results = [
        {
            "ruleId": defect.rule,
            "ruleIndex": rules.index(defect.rule),
            "level": defect.level,
            "message": {"text": defect.message + (f" ({defect.source})" if defect.source else "")},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _relative(defect.file, root)},
                        "region": {"startLine": max(defect.line, 1)},
                    }
                }
            ],
        }
        for defect in defects
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


def worst(defects: Iterable[Lint]) -> str:
    """The highest level there is, or an empty text."""
    return max((defect.level for defect in defects), key=LEVELS.index, default="")
