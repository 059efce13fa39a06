"""What stands beside Allure's results: environment, executor, and the categories in the forms of Allure 2 and 3."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from allure_commons.model2 import Status

from harness.checks.run_findings import SERVER_ERROR
from harness.report import text
from harness.report.run_counts import run_counts
from harness.results.outcome import Run, State

ALLURE_3_FILE = "allurerc.json"
"""Allure 3's own configuration; it is read where `--config` names it, or where Allure is started."""

HISTORY = "allure-history.jsonl"
"""Where Allure 3 keeps its history: in the folder in which it is started, so that it outlasts every run's folder."""

KNOWN = "known"
"""The standing of a result whose findings are all in the baseline."""


@dataclass(frozen=True, slots=True)
class Category:
    """Results that a reader looks at together.

    `standing` is the value of the results' label of that name, `check` that of one of their labels `check`; `message`
    is how the messages of these results begin, as a regular expression.
    """

    name: str
    status: str
    standing: str
    message: str = ""
    check: str = ""


_COUNT = r"[\d,]+ findings?"

# The first one that fits counts in Allure 3; Allure 2 shows a result in each that fits.
CATEGORIES = (
    Category("Known by the baseline", Status.FAILED, KNOWN, "known"),
    Category("Server errors", Status.FAILED, State.FINDINGS, rf"{_COUNT} \([^)]*\b{SERVER_ERROR}\b", SERVER_ERROR),
    Category("Deviations from the contract", Status.FAILED, State.FINDINGS, _COUNT),
    Category("No verdict", Status.BROKEN, State.ERROR),
    Category("Refused by the gate", Status.SKIPPED, State.REFUSED, State.REFUSED),
    Category("No 2xx", Status.SKIPPED, State.NO_SUCCESS, State.NO_SUCCESS),
    Category("Unjudged", Status.SKIPPED, State.UNJUDGED, State.UNJUDGED),
    Category("Skipped", Status.SKIPPED, State.SKIPPED, State.SKIPPED),
    Category("Unsupported", Status.SKIPPED, State.UNSUPPORTED, State.UNSUPPORTED),
    Category("Known deviations", Status.PASSED, State.PASSED, "waived"),
)  # fmt: skip


def files(run: Run) -> dict[str, str]:
    """The text of each file by its name."""
    return {
        "environment.properties": environment(run),
        "executor.json": _json(_executor(run)),
        "categories.json": _json([_for_allure_2(category) for category in CATEGORIES]),
        ALLURE_3_FILE: _json(_allure_3()),
    }


def environment(run: Run) -> str:
    """A Java properties file."""
    rows = {f"target.{org}": target for org, target in run.targets.items()}
    rows |= {"permit": text.permitted(run), "run": run.id, "seed": str(run.seed)}
    rows |= {name: str(amount) for name, amount in asdict(run_counts(run)).items()}
    rows |= {f"version.{name}": version for name, version in run.versions.items()}
    return "".join(f"{_property(name, key=True)}={_property(value)}\n" for name, value in rows.items())


def milliseconds(stamp: str) -> int:
    """An ISO 8601 stamp as milliseconds since the epoch; 0 for what is none."""
    try:
        return round(datetime.fromisoformat(stamp).timestamp() * 1000)
    except ValueError:
        return 0


def _executor(run: Run) -> dict[str, Any]:
    """`buildOrder` puts the runs of Allure 2's history in their order."""
    order = milliseconds(run.started) // 1000
    return {"name": "deskcheck", "type": "deskcheck", "buildName": run.id, "buildOrder": order}


def _allure_3() -> dict[str, Any]:
    """Allure 3 takes no categories from the results (`categories.json` is Allure 2's; tried with 3.18)."""
    rules = [_for_allure_3(category) for category in CATEGORIES]
    return {"name": "deskcheck", "historyPath": HISTORY, "categories": {"rules": rules}}


def _for_allure_3(category: Category) -> dict[str, Any]:
    """A rule that goes by labels: JavaScript's regular expressions have no flags inside, as those of Allure 2 need."""
    labels = {"standing": _exactly(category.standing)}
    if category.check:
        labels["check"] = _exactly(category.check)
    matcher: dict[str, Any] = {"statuses": [category.status], "labels": labels}
    if category.status == Status.PASSED:
        matcher["message"] = f"^{category.message}"
    groups = [{"label": "check"}] if category.standing in (KNOWN, State.FINDINGS) and not category.check else []
    return {"name": category.name, "matchers": matcher, "groupBy": groups, "groupByMessage": True}


def _exactly(value: str) -> str:
    return f"^{re.escape(value)}$"


def _for_allure_2(category: Category) -> Mapping[str, Any]:
    """A rule that goes by the message, all of which the expression has to match."""
    rule: dict[str, Any] = {"name": category.name, "matchedStatuses": [category.status]}
    return rule | ({"messageRegex": f"(?s){category.message}.*"} if category.message else {})


def _property(raw: str, *, key: bool = False) -> str:
    escaped = text.visible(raw).replace("\\", "\\\\")
    if key:
        escaped = re.sub(r"[ :=#!]", r"\\\g<0>", escaped)
    return "".join(map(_latin, escaped))


def _latin(character: str) -> str:
    """A character as a properties file holds it, which knows escapes of four digits only."""
    if character.isascii():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else "?"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
