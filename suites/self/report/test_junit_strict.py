"""junit-strict.xml is junit.xml as Jenkins' xUnit plugin takes it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import xmlschema
from believable import believable, two_orgs
from consumers import junit_xsd

from harness.report import junit, junit_strict
from harness.results.outcome import Run

RUNS = [believable(zendesk=80, zoho=40), believable(zendesk=80, zoho=40, hostile=True), two_orgs(hostile=True)]


@pytest.mark.parametrize("run", RUNS)
def test_the_xsd_accepts_it(run: Run, tmp_path: Path) -> None:
    schema = xmlschema.XMLSchema(str(junit_xsd()))
    written = junit_strict.write(run, tmp_path)
    assert [f"{error.path}: {error.reason}" for error in schema.iter_errors(str(written))] == []


@pytest.mark.parametrize("run", RUNS)
def test_no_case_and_no_result_is_lost(run: Run) -> None:
    strict, full = junit_strict.render(run), Xml.fromstring(junit.render(run))
    assert [_result(case) for case in strict.iter("testcase")] == [_result(case) for case in full.iter("testcase")]


def _result(case: Xml.Element) -> tuple[object, ...]:
    return case.get("classname"), case.get("name"), [child.tag for child in case if child.tag != "properties"]
