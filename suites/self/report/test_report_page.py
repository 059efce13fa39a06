"""index.html is one file, complete, and safe against whatever a server said."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from believable import HOSTILE, answers_that_differ, believable, two_orgs
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.report import page, text
from harness.results import archive
from harness.results.outcome import Outcome, Refusal, Run, State, fingerprint
from harness.results.totals import Totals


class Parsed(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module", params=[False, True], ids=["calm", "hostile"])
def parsed(request: pytest.FixtureRequest) -> Parsed:
    return Parsed(page.render(believable(hostile=request.param)))


def test_every_operation_has_its_row(parsed: Parsed) -> None:
    assert len([row for row in parsed.all("tr") if "data-state" in row]) == 1310


def test_it_needs_nothing_from_outside(parsed: Parsed) -> None:
    links = [
        value
        for _, attributes in parsed.elements
        for name, value in attributes.items()
        if name in ("src", "href", "action")
    ]
    assert all(link == "data:," or (link or "").startswith("#") for link in links)


def test_it_runs_only_its_own_script(parsed: Parsed) -> None:
    assert len(parsed.all("script")) == len(parsed.all("style")) == 1
    names = {name for _, attributes in parsed.elements for name in attributes}
    assert not any(name.startswith("on") or name == "style" for name in names)


def test_the_policy_names_the_script_and_the_style_by_their_hash() -> None:
    html = page.render(believable())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    for tag in ("script", "style"):
        source = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert source is not None
        digest = base64.b64encode(hashlib.sha256(source[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")


def test_links_to_causes_lead_somewhere(parsed: Parsed) -> None:
    ids = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    targets = {(attributes["href"] or "")[1:] for attributes in parsed.all("a")}
    assert targets <= ids
    assert len(ids) == len([1 for _, attributes in parsed.elements if "id" in attributes])


def test_every_control_and_table_is_labelled(parsed: Parsed) -> None:
    assert len(parsed.all("label")) == len(parsed.all("select")) + len(parsed.all("input"))
    assert all("scope" in head for head in parsed.all("th"))
    assert all("aria-labelledby" in section for section in parsed.all("section"))


def test_hostile_text_is_shown_as_text() -> None:
    words = "".join(Parsed(page.render(believable(hostile=True))).words)
    assert text.visible(HOSTILE)[:60] in words
    assert "\x1b" not in words


def run_with(raw: str) -> Run:
    exchange = Exchange(
        Request("GET", raw, ((raw, raw),), raw.encode("utf-8", "replace")),
        Response(200, (("content-type", raw),), raw.encode("utf-8", "replace")),
    )
    finding = Finding(raw, raw, 200, raw, raw, raw, raw, exchange)
    refusal = Refusal(raw, raw, raw, (raw,), raw)
    words = dict.fromkeys(("key", "vendor", "method", "path", "resource", "tier", "rule", "detail"), raw)
    outcome = Outcome(
        **words, state=State.FINDINGS, statuses={raw: 1}, findings=(finding,), waived=(finding,), refusals=(refusal,)
    )
    aside = replace(outcome, state=State.ERROR, findings=())
    return Run(raw, raw, 1.0, 1, {raw: raw}, {raw: raw}, {raw: raw}, 1, (outcome, aside), (raw,), (raw,))


ELEMENTS = [tag for tag, _ in Parsed(page.render(run_with("/calm"))).elements]


@settings(max_examples=60)
@given(
    st.text(min_size=1)
    | st.sampled_from([HOSTILE, "\"'><svg onload=x>", "{{ 7*7 }}", "</script><b>", "<!--", "]]>", "&lt;b"])
)
def test_no_text_from_outside_becomes_an_element(raw: str) -> None:
    parsed = Parsed(page.render(run_with("/" + raw)))
    assert [tag for tag, _ in parsed.elements] == ELEMENTS
    assert not any(name.startswith("on") for _, attributes in parsed.elements for name in attributes)


def test_thousands_of_findings_stay_readable(tmp_path: Path) -> None:
    exchange = Exchange(Request("GET", "https://a.example/"), Response(200, (), b"[" + b"1," * 500_000 + b"1]"))
    findings = tuple(Finding("zoho:A", "body", 200, f"/field_{n}", "wrong", exchange=exchange) for n in range(6_000))
    busy = Outcome("zoho:A", "zoho", "GET", "/a", "A", "read", "r", State.FINDINGS, findings=findings)
    html = page.write(replace(believable(), outcomes=(*believable().outcomes, busy)), tmp_path).read_text()
    assert html.count('<details class="cause" id=') >= 6_000
    assert len(html) < 3_000_000


def test_a_bar_adds_up_to_the_whole() -> None:
    cell = Totals(operations=7, passed=3, deviating=1, refused=3)
    pieces = page.bar(cell)
    assert [piece.name for piece in pieces] == ["passed", "deviating", "refused"]
    assert sum(piece.width for piece in pieces) == pytest.approx(100, abs=0.01)
    assert page.bar(Totals()) == ()


def contrast(one: str, two: str) -> float:
    """The ratio of WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(two)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_can_be_read(scheme: int) -> None:
    css = Path(page.__file__).with_name("page.css").read_text()
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", css.split(":root {")[scheme + 1]))
    for name in ("text", "muted", "link", "read", "write", "admin", "outbound", "destructive", "good", "bad", "warn"):
        assert contrast(colours[name], colours["back"]) >= 4.5, name
        assert contrast(colours[name], colours["soft"]) >= 4.5, name


@pytest.mark.parametrize("hostile", [False, True])
def test_several_orgs_are_columns_of_one_row_an_operation(hostile: bool) -> None:
    run = two_orgs(hostile)
    html = Parsed(page.render(run))
    rows = [row for row in html.all("tr") if "data-differs" in row]
    assert len(rows) == len({outcome.key for outcome in run.outcomes})
    assert sum(row["data-differs"] == "yes" for row in rows) == 2
    assert [select["name"] for select in html.all("select")] == ["vendor", "tier", "state", "differs"]
    assert len(html.all("script")) == 1
    assert any("2 operations differ" in words for words in html.words)
    told = "".join(html.words)
    assert all(text.visible(name, keep="\n\t") in told for name in run.orgs)


def test_with_one_org_a_vendor_the_page_has_no_columns_for_orgs() -> None:
    html = Parsed(page.render(believable()))
    assert not [row for row in html.all("tr") if "data-differs" in row]
    assert [select["name"] for select in html.all("select")] == ["vendor", "tier", "state"]


def of_evidence(html: str) -> dict[str, Any]:
    """What the page's script unpacks."""
    found = re.search(r'<template id="evidence">([A-Za-z0-9+/=]+)</template>', html)
    assert found is not None
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


@pytest.mark.parametrize("hostile", [False, True])
def test_every_cause_has_its_place_and_every_finding_its_evidence(hostile: bool) -> None:
    run = believable(hostile=hostile)
    html = page.render(run)
    unpacked = of_evidence(html)
    ids = {attributes["id"] for _, attributes in Parsed(html).elements if "id" in attributes}
    assert {f"c-{name}" for name in unpacked["causes"]} <= ids
    shown = [finding["id"] for cause in unpacked["causes"].values() for finding in cause["findings"]]
    assert sorted(shown) == sorted({fingerprint(finding) for outcome in run.outcomes for finding in outcome.findings})
    assert all("exchange" in finding for cause in unpacked["causes"].values() for finding in cause["findings"])


def test_two_thousand_findings_stay_under_a_megabyte_and_a_half() -> None:
    html = page.render(answers_that_differ(2_000))
    unpacked = of_evidence(html)
    findings = [finding for cause in unpacked["causes"].values() for finding in cause["findings"]]
    assert len(findings) >= 2_000
    assert all(finding["excerpt"] and unpacked["exchanges"][finding["exchange"]]["curl"] for finding in findings)
    assert len(html.encode("utf-8", "backslashreplace")) < 1_500_000


def test_the_page_shows_the_counts_of_run_json(tmp_path: Path) -> None:
    run = believable()
    archive.save(run, tmp_path)
    totals = json.loads((tmp_path / "run.json").read_text())["totals"]
    words = "".join(Parsed(page.render(run)).words)
    assert text.verdict(run) in words
    assert f"{totals['findings']:,} findings in" in words


def test_columns_that_hold_nothing_are_left_out() -> None:
    run = replace(believable(), outcomes=tuple(row for row in believable().outcomes if row.state is State.PASSED))
    assert "Unsupported" not in re.findall(r'<th scope="col" class="n">([^<]+)</th>', page.render(run))
