"""junit.xml: one test case an operation, for every CI server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree as Xml

from harness.finding import Finding
from harness.report import text
from harness.report.located import source_of
from harness.report.run_counts import run_counts
from harness.results import archive
from harness.results.outcome import NOT_JUDGED, Outcome, Run, State
from harness.results.totals import count

FINDINGS = 50
# What XML 1.0 cannot hold even as an entity.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(run: Run, folder: Path) -> Path:
    """Write `junit.xml` into the folder; raises what `archive.write` raises."""
    return archive.write(folder / "junit.xml", render(run))


def render(run: Run) -> bytes:
    """The document as UTF-8."""
    return encoded(document(run))


def encoded(root: Xml.Element) -> bytes:
    """A document as indented UTF-8 with its declaration."""
    Xml.indent(root)
    text_of: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text_of


def document(run: Run) -> Xml.Element:
    """The document: a suite for each org, called as all outputs call it, in the order of the run.

    Its own counts are of test cases, as JUnit has them; those of the run are properties of each suite.
    """
    root = Xml.Element("testsuites", {"name": "deskcheck", **_counts(run, run.outcomes), "time": f"{run.seconds:.3f}"})
    counts = {f"run.{name}": str(amount) for name, amount in asdict(run_counts(run)).items()}
    suites: dict[str, list[Outcome]] = {}
    for outcome in run.outcomes:
        suites.setdefault(run.label_of(outcome), []).append(outcome)
    for org, outcomes in suites.items():
        seconds = f"{sum(outcome.seconds for outcome in outcomes):.3f}"
        suite = Xml.SubElement(
            root,
            "testsuite",
            {"name": legal(org), **_counts(run, outcomes), "time": seconds, "timestamp": run.started},
        )
        _properties(suite, {"run": run.id, "seed": str(run.seed), "permit": text.permitted(run), **counts})
        suite.extend(_case(run, outcome) for outcome in outcomes)
    return root


def legal(raw: str) -> str:
    """The text with every character that XML cannot hold written out."""
    return _ILLEGAL.sub(_written_out, raw)


def _written_out(illegal: re.Match[str]) -> str:
    character = illegal[0]
    escape = text.visible(character)
    return escape if escape != character else "�"


def _counts(run: Run, outcomes: Sequence[Outcome]) -> dict[str, str]:
    total, known = count(outcomes), sum(map(run.knew, outcomes))
    return {
        "tests": str(total.operations),
        "failures": str(total.deviating - known),
        "errors": str(total.errors),
        "skipped": str(sum(outcome.state in NOT_JUDGED for outcome in outcomes) + known),
    }


def _case(run: Run, outcome: Outcome) -> Xml.Element:
    case = Xml.Element(
        "testcase",
        {
            "classname": legal(f"{run.label_of(outcome)}.{outcome.resource}"),
            "name": legal(outcome.key),
            "time": f"{outcome.seconds:.3f}",
            **_place(outcome),
        },
    )
    _properties(
        case,
        {
            "tier": outcome.tier,
            "rule": outcome.rule,
            "operation": text.label(outcome),
            "requests": str(outcome.requests),
            **_own_words(outcome),
        },
    )
    # JUnit knows four results. An operation that never gave a 2xx counts as skipped: a CI server would show any other
    # result green (and hide its note) or red, and neither is known of it.
    if outcome.state in NOT_JUDGED:
        Xml.SubElement(case, "skipped", {"message": legal(f"{outcome.state}: {outcome.detail}")})
    elif outcome.state is State.ERROR:
        Xml.SubElement(case, "error", {"type": "error", "message": legal(outcome.detail)})
    elif run.against and run.knew(outcome):
        # Neither green, since it is not mended, nor red, since it does not fail the run.
        message = f"{text.many(len(outcome.findings), 'finding')}, known by the baseline {run.against.name}"
        Xml.SubElement(case, "skipped", {"message": legal(message)})
    elif outcome.state is State.FINDINGS:
        _failure(case, outcome)
    return case


def _own_words(outcome: Outcome) -> dict[str, str]:
    """What waivers and corrections the outcome rests on, where there are any."""
    waivers = ", ".join(dict.fromkeys(finding.waived_by for finding in outcome.waived))
    said = {"waived": waivers, "corrections": text.corrected_by(outcome)}
    return {name: value for name, value in said.items() if value}


def _place(outcome: Outcome) -> dict[str, str]:
    """`file` and `line`, as GitLab and pytest have them, where they are known."""
    if not outcome.source:
        return {}
    source = source_of(outcome)
    return {"file": legal(source.file), "line": str(source.line)}


def _failure(case: Xml.Element, outcome: Outcome) -> None:
    findings = outcome.findings
    title = text.many(len(findings), "finding")
    if findings:
        title += f": {text.cut(findings[0].message, 200)}"
    kinds = ",".join(dict.fromkeys(finding.check for finding in findings))
    failure = Xml.SubElement(case, "failure", {"type": legal(kinds or "finding"), "message": legal(title)})
    lines = [_line(finding) for finding in findings[:FINDINGS]]
    if len(findings) > FINDINGS:
        lines.append(f"and {len(findings) - FINDINGS:,} more in results.ndjson")
    failure.text = legal("\n".join(lines))


def _line(finding: Finding) -> str:
    expected = f" (expected: {finding.expected})" if finding.expected else ""
    return text.finding_line(finding) + expected


def _properties(parent: Xml.Element, values: dict[str, str]) -> None:
    properties = Xml.SubElement(parent, "properties")
    for name, value in values.items():
        Xml.SubElement(properties, "property", {"name": name, "value": legal(value)})
