"""index.html: the whole run in one file that needs nothing else, safe against whatever a server answered."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.report import history as histories
from harness.report import page_evidence, side_by_side, text
from harness.report.causes import Cause
from harness.report.digest import AGAINST, COLUMNS, OWN_CORRECTIONS, digest, figures
from harness.report.history import FindingStanding, Past, RunHistory
from harness.results import archive
from harness.results.outcome import Run, State
from harness.results.totals import STATE_FIELDS, TIERS, Totals
from harness.vendors import title

LINKED = 4
"""Causes that the row of an operation names; it says how many more there are."""

LISTED = 200
"""Findings that are gone, and that a list names."""

SIZE = 1_450_000
"""Bytes that a page may have: where its evidence does not fit, less is shown of each body."""

LEAST_ROOM = 300_000
"""Bytes that the evidence may have on a page that is too large without it."""

# No text from outside can look like this, since all of it is escaped.
_EMPTY = '<template id="evidence"></template>'

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: `start` and `width` in per cent of the whole."""

    name: str
    start: float
    width: float


def write(run: Run, folder: Path) -> Path:
    """Write `index.html` into the folder, with what the runs beside it say; raises what `archive.write` raises."""
    return archive.write(folder / "index.html", render(run, histories.of_run(run, folder)))


def render(run: Run, past: RunHistory | None = None) -> str:
    """The whole page; `past` is what earlier runs say of its findings."""
    past = past or RunHistory()
    style, script = (Markup((_HERE / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    shown = digest(run)
    tiers = {outcome.tier for outcome in run.outcomes}
    vendors = {label: run.vendors[name] for name, label in run.labels.items()}
    frame = _environment().get_template("page.html").render(
        style=style,
        script=script,
        policy=_policy(style, script),
        run=run,
        text=text,
        vendor_title=title,
        states=text.STATES,
        legend={name: text.STATES[state] for state, name in STATE_FIELDS.items()},
        tiers=[tier for tier in TIERS if tier in tiers],
        counts=shown.counts,
        total=shown.total,
        columns=_columns(shown.cells.values()),
        cells=[(org, vendors.get(org, org), tier, cell, figures(cell), bar(cell))
               for (org, tier), cell in shown.cells.items()],
        orgs=shown.orgs,
        figures=figures,
        rows=side_by_side.rows(run),
        differences=len(shown.differences),
        where_found=text.where_found(run, shown.total),
        causes=shown.causes,
        past=past,
        standings={standing: amount for standing, amount in past.counts().items() if amount},
        left=_left(past),
        causes_of=_causes_of(shown.causes),
        waived=shown.waived,
        against={heading: shown.lists[heading] for heading in AGAINST if shown.lists[heading]},
        refusals=shown.refusals,
        corrections=shown.lists[OWN_CORRECTIONS],
        unjudged=shown.in_state(State.NO_SUCCESS, State.UNJUDGED, State.ERROR, State.SKIPPED, State.UNSUPPORTED),
        next_step=shown.next_step,
        permit={name: _words(value) for name, value in run.permit.items()},
        LINKED=LINKED,
        LISTED=LISTED,
    )  # fmt: skip
    room = max(SIZE - len(frame.encode("utf-8", "backslashreplace")), LEAST_ROOM)
    evidence = page_evidence.packed(shown.causes, past, room, run.secret_variables)
    return frame.replace(_EMPTY, _EMPTY.replace("><", f">{evidence}<"), 1)


def _columns(cells: Iterable[Totals]) -> list[str]:
    """The columns of the table of totals that hold a number; all of them would be wider than most screens."""
    rows = [figures(cell) for cell in cells]
    return [column for column in COLUMNS if any(row[column] for row in rows)]


def _left(past: RunHistory) -> dict[FindingStanding, list[tuple[str, Past]]]:
    """What the present run has not any more, by how it stands."""
    groups: dict[FindingStanding, list[tuple[str, Past]]] = {}
    for name, one in past.gone.items():
        groups.setdefault(one.standing, []).append((name, one))
    return groups


def bar(cell: Totals) -> tuple[Segment, ...]:
    """The states of a cell as pieces of one bar, in the order in which a legend names them."""
    segments, start = [], 0.0
    for name in STATE_FIELDS.values():
        width = 100 * getattr(cell, name) / cell.operations if cell.operations else 0.0
        if width:
            segments.append(Segment(name, round(start, 3), round(width, 3)))
        start += width
    return tuple(segments)


@cache
def _environment() -> Environment:
    """Everything is escaped; what would be invisible is written out."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: text.visible(value, keep="\n\t") if type(value) is str else value,
    )
    environment.filters |= {"number": text.number, "percent": text.percent, "cut": text.cut, "path": quote}
    return environment


def _policy(style: str, script: str) -> Markup:
    """A policy that runs our own style and script and nothing else, even if an escape were forgotten."""
    parts = [
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return Markup("; ".join(parts))


def _digest(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")


def _causes_of(causes: Iterable[Cause]) -> dict[str, list[Cause]]:
    by_operation: dict[str, list[Cause]] = {}
    for cause in causes:
        for key in (*cause.operations, *cause.tests):
            by_operation.setdefault(key, []).append(cause)
    return by_operation


def _words(value: Any) -> str:
    """One value of the permit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "", {}) else str(value)
