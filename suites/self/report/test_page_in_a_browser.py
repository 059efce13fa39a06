"""The page in a real browser: evidence on demand, order and filters in the address, every reader and every medium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from believable import HOSTILE, answers_that_differ, believable
from browser import chromium, prefer, resize, until, violations

from harness.report import page, text
from harness.report.causes import Cause, causes
from harness.results import archive
from harness.results.outcome import Run


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def as_new(browser: Any) -> None:
    """Each test begins with a wide, light screen and an empty log."""
    browser.get("about:blank")
    prefer(browser, "light")
    resize(browser, 1280)
    browser.get_log("browser")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder with an earlier run beside it."""
    reports = tmp_path_factory.mktemp("reports")
    half = believable().outcomes[::2]
    earlier = replace(believable(), id="earlier", started="2026-11-20T08:00:00+00:00", outcomes=half)
    (reports / "earlier").mkdir()
    archive.save(earlier, reports / "earlier")
    page.write(believable(), reports / "now")
    return reports / "now"


@pytest.fixture
def address(folder: Path) -> str:
    return (folder / "index.html").as_uri()


@pytest.fixture(scope="module")
def a_thousand(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of a run with a thousand findings."""
    return address_of(answers_that_differ(1_000), tmp_path_factory.mktemp("thousand"))


def address_of(run: Run, folder: Path) -> str:
    return page.write(run, folder).as_uri()


def heaviest() -> Cause:
    return causes(believable().outcomes)[0]


def shown(browser: Any, selector: str) -> int:
    return int(browser.execute_script("return document.querySelectorAll(arguments[0]).length", selector))


def errors(browser: Any) -> list[str]:
    return [row["message"] for row in browser.get_log("browser")]


def test_a_cause_that_is_opened_shows_request_answer_curl_and_replay(browser: Any, address: str) -> None:
    browser.get(address)
    assert shown(browser, "details.finding") == 0
    browser.find_element("css selector", ".cause summary").click()
    words = until(browser, "document.querySelector('.cause[open] .finding[open]')?.innerText")
    cause = heaviest()
    assert f"deskcheck replay {cause.id}" in words
    assert "Request" in words
    assert f"Answer: {cause.example.status} application/json" in words
    assert "Send it with curl" in words
    assert "curl -sS" in words
    assert errors(browser) == []


def test_every_finding_has_an_address_that_opens_it(browser: Any, a_thousand: str) -> None:
    longest = max(causes(answers_that_differ(1_000).outcomes), key=lambda cause: cause.findings)
    for member in (longest.members[0], longest.members[-1]):
        browser.get("about:blank")
        browser.get(f"{a_thousand}#f-{member.id}")
        words = until(browser, "document.getElementById(arguments[0])?.innerText", f"f-{member.id}")
        assert until(browser, "document.getElementById(arguments[0]).open", f"f-{member.id}")
        assert member.finding.operation in words
    assert errors(browser) == []


def test_the_address_of_a_cause_opens_it_even_where_it_is_beyond_what_is_shown(browser: Any, address: str) -> None:
    last = causes(believable().outcomes)[-1]
    browser.get(f"{address}#c-{last.id}")
    assert until(browser, "document.getElementById(arguments[0]).querySelector('.finding[open] pre')", f"c-{last.id}")
    assert browser.execute_script("return document.getElementById(arguments[0]).hidden", f"c-{last.id}") is False


def test_filters_and_order_stand_in_the_address(browser: Any, address: str) -> None:
    browser.get(address)
    browser.find_element("name", "words").send_keys("ticket")
    browser.find_element("css selector", "select[name=tier] option:nth-child(2)").click()
    browser.find_element("css selector", "#sorts [data-by=place]").click()
    browser.find_element("css selector", "th[data-sort=requests] button").click()
    told = browser.find_element("id", "shown").text
    assert "operations and tests" in told
    link = browser.current_url
    assert link.endswith("?words=ticket&tier=read&causes=place&operations=requests")
    browser.get("about:blank")
    browser.get(link)
    assert browser.find_element("id", "shown").text == told
    places = browser.execute_script(
        "return [...document.querySelectorAll('.cause:not([hidden]) .what b')].map((place) => place.textContent)"
    )
    assert places == sorted(places, key=str.lower)
    cells = browser.find_elements("css selector", "#rows tr:not([hidden]) .n")
    requests = [int(cell.text.replace("·", "0")) for cell in cells]
    assert requests == sorted(requests, reverse=True)
    browser.find_element("css selector", "button[type=reset]").click()
    assert until(browser, "location.search === '?causes=place&operations=requests'")


def test_findings_are_sifted_by_their_history(browser: Any, address: str) -> None:
    browser.get(f"{address}?standing=new")
    standings = browser.execute_script(
        "return [...document.querySelectorAll('.cause:not([hidden])')].map((cause) => cause.dataset.standing)"
    )
    assert set(standings) == {"new"}
    assert shown(browser, "#history .standings li") >= 2


def test_operations_are_laid_out_as_far_as_they_are_asked_for(browser: Any, address: str) -> None:
    browser.get(address)
    assert shown(browser, "#rows tr:not([hidden])") == 100
    browser.find_element("id", "more-operations").click()
    assert shown(browser, "#rows tr:not([hidden])") == len(believable().outcomes)


def test_what_a_hostile_server_says_stays_text(browser: Any, tmp_path: Path) -> None:
    browser.get(address_of(believable(hostile=True), tmp_path))
    browser.find_element("css selector", ".cause summary").click()
    words = until(browser, "document.querySelector('.finding[open] pre')?.closest('.inside').textContent")
    assert text.visible(HOSTILE)[:28] in words
    assert shown(browser, "script") == 1
    assert shown(browser, "main a:not([href^='#'])") == 0
    assert errors(browser) == []


@pytest.mark.parametrize("part", ["", "#operations"])
def test_nothing_is_wider_than_a_phone(browser: Any, address: str, part: str) -> None:
    resize(browser, 390, 844)
    browser.get(f"{address}{part}")
    browser.execute_script("document.querySelector('.cause').open = true")
    until(browser, "document.querySelector('.finding[open] pre')")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390


def test_print_is_dark_on_white_and_has_every_operation(browser: Any, address: str) -> None:
    prefer(browser, "dark", media="print")
    browser.get(address)
    style = "getComputedStyle(document.body)"
    assert browser.execute_script(f"return {style}.backgroundColor") == "rgb(251, 251, 249)"
    assert browser.execute_script("return getComputedStyle(document.querySelector('.top')).display") == "none"
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert shown(browser, "#rows tr:not([hidden])") == len(believable().outcomes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_a_run_with_a_thousand_findings(
    browser: Any, a_thousand: str, scheme: str
) -> None:
    prefer(browser, scheme)
    browser.get(a_thousand)
    browser.execute_script("document.querySelector('.cause').open = true")
    until(browser, "document.querySelector('.finding[open] pre')")
    assert violations(browser) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_where_there_is_a_history(browser: Any, address: str, width: int) -> None:
    resize(browser, width)
    browser.get(address)
    assert violations(browser) == []
