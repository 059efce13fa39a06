"""deskcheck replay: a finding of a kept run, sent again to the embedded sandbox or to an org."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import httpx
import pytest

from harness import settings
from harness.checks import judge
from harness.cli.main import main
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.ledger import Ledger
from harness.masking import MASK
from harness.openapi import document_cache
from harness.openapi.catalog import Catalog
from harness.results import archive
from harness.results.outcome import Outcome, Run, State, fingerprint
from harness.transport import client

BASE = "http://127.0.0.1:1/zendesk"
SIGNED = ("authorization", f"Basic {MASK}")
COUNT, ORGANIZATIONS = "/api/v2/tickets/count", "/api/v2/organizations"


@cache
def documents() -> tuple[Catalog, Contract]:
    found = document_cache.open_documents(settings.load().cache)
    return found.catalog, Contract(found.document)


def exchange(
    method: str, path: str, status: int, answer: object, body: object = None, *, signed: bool = True
) -> Exchange:
    headers = (SIGNED,) if signed else ()
    sent = b"" if body is None else json.dumps(body).encode()
    kind = (("content-type", "application/json"),)
    request = Request(method, BASE + path, (*headers, *(kind if sent else ())), sent)
    return Exchange(request, Response(status, kind, json.dumps(answer).encode(), 0.1))


def seen(one: Exchange, check: str) -> Finding:
    """What the checks themselves say of an answer."""
    catalog, contract = documents()
    match = catalog.match("zendesk", one.request.method, one.request.path.removeprefix("/zendesk"))
    assert match is not None
    (finding,) = [each for each in judge(one, match, contract) if each.check == check]
    return finding


def odd(status: int = 203) -> Finding:
    """A count that came with a status that nothing declares."""
    answer = {"count": {"value": 1, "refreshed_at": "2026-11-21T09:00:00Z"}}
    return seen(exchange("GET", COUNT, status, answer), "status")


@pytest.fixture
def replay(keep, orgs, capsys):
    """`replay(finding, ...)` keeps a run with it and sends it again: the exit code, and all that was printed."""

    def again(finding: Finding, *words: str, target: str = "help") -> tuple[int, str]:
        folder = keep("kept", finding, target=target)
        code = main(["replay", fingerprint(finding), "--run", str(folder), *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return again


def test_a_finding_that_is_mended_is_gone(replay, sandbox):
    code, said = replay(odd())
    assert code == 0
    assert "The finding is gone." in said
    assert f"GET {sandbox.urls['zendesk']}{COUNT}" in said, "the org has another address than then"
    assert [line.split() for line in said.splitlines() if line.startswith("status")] == [["status", "203", "200"]]


def test_a_finding_of_a_run_with_the_states_of_old_is_sent_again(keep, orgs, capsys):
    folder = keep("old", odd(), target="help", states=(State.ERROR,))
    rows = (folder / "results.ndjson").read_text()
    (folder / "results.ndjson").write_text(rows.replace('"error"', '"broken"'))
    head = json.loads((folder / "run.json").read_text())
    del head["totals"]
    (folder / "run.json").write_text(json.dumps(head))
    assert main(["replay", fingerprint(odd()), "--run", str(folder)]) == 0
    assert "The finding is gone." in capsys.readouterr().out


def test_a_finding_that_shows_again_is_still_there(replay):
    code, said = replay(odd(), "--fault", "undocumented_status:CountTickets", target="embedded")
    assert code == 1
    assert "The finding is still there." in said
    assert "fresh embedded sandbox" in said


def test_a_replay_waits_as_long_as_it_was_told(replay, monkeypatch):
    made = []
    monkeypatch.setattr(
        client,
        "open_network",
        lambda seconds, *route, new=client.open_network: made.append(seconds) or new(seconds, *route),
    )
    assert replay(odd(), "--timeout", "7")[0] == 0
    assert set(made) == {7.0}


def test_the_beginning_of_an_id_is_enough(keep, orgs, capsys):
    finding = odd()
    assert main(["replay", fingerprint(finding)[:4], "--run", str(keep("kept", finding, target="help"))]) == 0
    assert fingerprint(finding) in capsys.readouterr().out


def runs() -> set[Path]:
    """The folders of runs that are kept."""
    return set(settings.load().reports.glob("*"))


def test_nothing_of_a_replay_stays(replay):
    before = runs()
    replay(odd())
    assert runs() <= before


def test_a_replay_that_loses_its_ledger_is_not_green(replay, monkeypatch):
    """All that is known is taken back, from memory; nothing proves that this is all."""

    def lose(ledger):
        for path in ledger.path.parent.glob("ledger*"):
            path.unlink()
        return verify(ledger)

    verify, before = Ledger.verify, runs()
    monkeypatch.setattr(Ledger, "verify", lose)
    code, said = replay(odd(), "--allow", "read,write")
    assert code == 5, said
    (kept,) = runs() - before
    shutil.rmtree(kept)


def test_a_write_is_sent_again_and_taken_back(replay, sandbox):
    sent = {"organization": {"name": "Paper Lane Replay"}}
    one = exchange("POST", ORGANIZATIONS, 203, {"organization": {"id": 1, "name": "Paper Lane Replay"}}, sent)
    finding = seen(one, "status")
    for words, target in ((("--allow", "read,write"), "help"), ((), "embedded")):
        code, said = replay(finding, *words, target=target)
        assert code == 0
        assert [line.split() for line in said.splitlines() if line.startswith("status")] == [["status", "203", "201"]]
    listed = httpx.get(sandbox.urls["zendesk"] + ORGANIZATIONS, auth=("admin@example.com/token", "sandbox-admin-token"))
    assert "Paper Lane Replay" not in listed.text


def test_a_record_that_is_no_more_is_replaced(replay):
    """What the run had made is gone since; the answer about another record of its kind tells as much."""
    one = exchange("GET", f"{ORGANIZATIONS}/31400009999999", 203, {"organization": {"id": 31400009999999}})
    code, said = replay(seen(one, "status"))
    assert code == 0
    assert "organization_id 31400009999999 by " in said
    assert [line.split() for line in said.splitlines() if line.startswith("status")] == [["status", "203", "200"]]


def test_another_answer_decides_nothing(replay):
    """A field of a 200 cannot be judged by an answer of 400."""
    one = exchange("GET", "/api/v2/tickets?page=101&per_page=100", 200, {"tickets": [{"id": "five"}]})
    code, said = replay(seen(one, "body"))
    assert code == 4
    assert "The finding is not decided." in said
    assert "deskcheck run --only zendesk:ListTickets" in said


def test_ignored_credentials_are_left_out(replay):
    one = exchange("GET", COUNT, 200, {"count": {"value": 1, "refreshed_at": None}})
    finding = Finding("zendesk:CountTickets", "ignored_auth", 200, "", "no credentials, and yet 200", exchange=one)
    code, said = replay(finding)
    assert (code, "sent without credentials" in said) == (0, True)
    assert replay(finding, "--fault", "auth_ignored:CountTickets", target="embedded")[0] == 1


def test_an_unsigned_request_stays_unsigned(replay):
    code, said = replay(seen(exchange("GET", COUNT, 418, {}, signed=False), "status"))
    assert code == 0
    assert [line.split() for line in said.splitlines() if line.startswith("status")] == [["status", "418", "401"]]


def test_a_waived_finding_names_its_waiver(keep, orgs, capsys):
    finding = odd()
    folder = keep("kept", finding, target="help")
    lines = (folder / "results.ndjson").read_text()
    row = json.loads(lines)
    row["waived"], row["findings"] = [row["findings"][0] | {"waiver": "known-since-monday"}], []
    (folder / "results.ndjson").write_text(json.dumps(row) + "\n")
    main(["replay", fingerprint(finding), "--run", str(folder)])
    assert "gone (waiver known-since-monday)" in capsys.readouterr().out


# -- on an org ---------------------------------------------------------------------------------------------------------


def test_an_org_gets_no_more_than_is_typed_now(replay):
    sent = {"organization": {"name": "Paper Lane Replay"}}
    finding = seen(exchange("POST", ORGANIZATIONS, 203, {"organization": {"id": 1}}, sent), "status")
    code, said = replay(finding)
    assert code == 3
    assert "refused the request by permit" in said
    assert "--allow write" in said


def test_an_org_out_of_reach_is_an_outage(replay):
    code, said = replay(odd(), target="away")
    assert code == 4
    assert "cannot be reached" in said


def test_a_target_that_is_no_more_is_wrong_use(replay):
    code, said = replay(odd(), target="sold")
    assert code == 2
    assert "unknown target 'sold'" in said


# -- what cannot be replayed -------------------------------------------------------------------------------------------


def test_an_unknown_finding_lists_those_there_are(keep, capsys):
    assert main(["replay", "ffff", "--run", str(keep("kept", odd()))]) == 2
    said = capsys.readouterr().err
    assert "there is no finding 'ffff'" in said
    assert fingerprint(odd()) in said


def test_a_finding_without_a_request_says_what_to_do(replay):
    code, said = replay(Finding("zendesk:test_paging", "suite", 0, "", "a record came twice"))
    assert code == 2
    assert "no request to send again: a record came twice" in said


def test_an_ambiguous_beginning_lists_all(keep, capsys):
    folder = keep("kept", odd(203), odd(206))
    assert main(["replay", "", "--run", str(folder)]) == 2
    findings = [odd(status) for status in range(460, 490)]
    first = sorted(fingerprint(one)[0] for one in findings)
    twice = next(sign for sign in first if first.count(sign) > 1)
    assert main(["replay", twice, "--run", str(keep("many", *findings))]) == 2
    assert f"{twice!r} fits {first.count(twice)} findings" in capsys.readouterr().err


def test_an_unknown_run_is_wrong_use(tmp_path: Path, capsys):
    assert main(["replay", "ffff", "--run", str(tmp_path)]) == 2
    assert "there is no run" in capsys.readouterr().err


def two_orgs(folder: Path, finding: Finding) -> Path:
    """A run on two orgs of one vendor, both of which showed the finding."""
    outcome = Outcome(finding.operation, "zendesk", "GET", "/", "tickets", "read", "get", State.FINDINGS,
                      findings=(finding,))  # fmt: skip
    orgs = {"gone": "zendesk", "help": "zendesk"}
    outcomes = tuple(replace(outcome, target=name) for name in orgs)
    archive.save(Run("two", "", 1.0, 1, {name: name for name in orgs}, {}, {}, 1, outcomes, orgs=orgs), folder)
    return folder


def test_a_finding_of_several_orgs_is_sent_again_to_the_first_or_to_the_named_one(orgs, tmp_path, capsys):
    folder, name = str(two_orgs(tmp_path / "two", odd())), fingerprint(odd())
    assert main(["replay", name, "--run", folder]) == 2
    assert "unknown target 'gone'" in capsys.readouterr().err
    assert main(["replay", name, "--run", folder, "--target", "help"]) == 0
    assert "The finding is gone." in capsys.readouterr().out


def test_an_org_that_did_not_show_a_finding_is_told_which_did(orgs, tmp_path, capsys):
    folder = str(two_orgs(tmp_path / "two", odd()))
    assert main(["replay", fingerprint(odd()), "--run", folder, "--target", "bearer"]) == 2
    assert "Seen at gone, help." in capsys.readouterr().err
