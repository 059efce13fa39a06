"""index.html: the whole run in one file that needs nothing else, safe against whatever a server answered."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.report import curl, excerpt, side_by_side, text
from harness.report.causes import Cause
from harness.report.digest import AGAINST, digest, figures
from harness.results import archive
from harness.results.outcome import Run, State
from harness.results.totals import STATE_FIELDS, TIERS, Totals
from harness.vendors import title

FULL = 150
"""Causes shown with their exchange; more of them would be too much to read."""

LISTED = 1_000
"""Further causes that get one line each; all of them are in results.ndjson."""

LONGEST_COMMAND = 20_000
"""Longer curl commands are left out: they are too long to paste."""

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Example:
    """One cause with what a reader needs to see it again."""

    cause: Cause
    curl: str
    excerpt: str
    answer: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: `start` and `width` in per cent of the whole."""

    name: str
    start: float
    width: float


def write(run: Run, folder: Path) -> Path:
    """Write `index.html` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / "index.html", render(run))


def render(run: Run) -> str:
    """The whole page."""
    style, script = (Markup((_HERE / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    shown = digest(run)
    tiers = {outcome.tier for outcome in run.outcomes}
    vendors = {label: run.vendors[name] for name, label in run.labels.items()}
    return _environment().get_template("page.html").render(
        style=style,
        script=script,
        policy=_policy(style, script),
        run=run,
        text=text,
        vendor_title=title,
        states=text.STATES,
        legend={name: text.STATES[state] for state, name in STATE_FIELDS.items()},
        tiers=[tier for tier in TIERS if tier in tiers],
        total=shown.total,
        columns=list(figures(shown.total)),
        cells=[(org, vendors.get(org, org), tier, cell, figures(cell), bar(cell))
               for (org, tier), cell in shown.cells.items()],
        orgs=shown.orgs,
        figures=figures,
        rows=side_by_side.rows(run),
        differences=len(shown.differences),
        causes=shown.causes,
        examples=[_example(cause, run) for cause in shown.causes[:FULL]],
        others=shown.causes[FULL : FULL + LISTED],
        unlisted=max(len(shown.causes) - FULL - LISTED, 0),
        causes_of=_causes_of(shown.causes),
        waived=shown.waived,
        against={heading: shown.lists[heading] for heading in AGAINST if shown.lists[heading]},
        refusals=shown.refusals,
        unjudged=shown.in_state(State.NO_SUCCESS, State.UNJUDGED, State.ERROR, State.SKIPPED, State.UNSUPPORTED),
        next_step=shown.next_step,
        permit={name: _words(value) for name, value in run.permit.items()},
    )  # fmt: skip


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
    environment.filters |= {"number": text.number, "percent": text.percent, "cut": text.cut}
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


def _example(cause: Cause, run: Run) -> Example:
    exchange = cause.example.exchange
    if exchange is None:
        return Example(cause, "", "", "")
    response, milliseconds = exchange.response, exchange.response.elapsed * 1000
    answer = f"{response.status} {response.media_type} {len(response.body):,} bytes in {milliseconds:,.0f} ms"
    command = curl.curl(exchange.request, cause.vendor, text.secret_variable(run, cause.targets))
    if len(command) > LONGEST_COMMAND:
        command = ""
    return Example(cause, command, excerpt.excerpt(cause.example), answer)


def _causes_of(causes: Iterable[Cause]) -> dict[str, list[Cause]]:
    by_operation: dict[str, list[Cause]] = {}
    for cause in causes:
        for key in cause.operations:
            by_operation.setdefault(key, []).append(cause)
    return by_operation


def _words(value: Any) -> str:
    """One value of the permit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "", {}) else str(value)
