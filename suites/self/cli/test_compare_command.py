"""deskcheck compare: two runs by folder, in text and JSON."""

from __future__ import annotations

import json

from harness.cli.main import main
from harness.finding import Finding
from harness.results import archive, baseline
from harness.results.outcome import State, fingerprint

ONE = Finding("zendesk:ListTickets", "body", 200, "/tickets/3/recipient", "null where a string is due", "type string")
TWO = Finding("zendesk:ShowTicket", "status", 418, "", "418 is not declared")


def test_something_new_is_worse(keep, capsys):
    assert main(["compare", str(keep("before", ONE)), str(keep("after", ONE, TWO))]) == 1
    shown = capsys.readouterr().out
    assert "before → after" in shown
    assert fingerprint(TWO) in shown
    assert fingerprint(ONE) not in shown


def test_nothing_new_is_fine(keep, capsys):
    folder = keep("before", ONE)
    assert main(["compare", str(folder), str(folder)]) == 0
    assert "Nothing changed; 1 findings are in both runs." in capsys.readouterr().out


def test_a_lost_verdict_is_worse(keep):
    before, after = keep("before", states=(State.PASSED,)), keep("after", states=(State.ERROR,))
    assert main(["compare", str(before), str(after)]) == 1
    assert main(["compare", str(after), str(before)]) == 0


def test_a_run_with_the_states_of_old_is_compared_by_those_of_now(keep, capsys):
    """Folders of November 2026 and before: an error was `broken`, and an operation without one 2xx `passed`."""
    now = keep("now", states=(State.ERROR, State.NO_SUCCESS))
    old = keep("old")
    (old / "results.ndjson").write_text(
        (now / "results.ndjson").read_text().replace('"error"', '"broken"').replace('"no_success"', '"passed"')
    )
    head = json.loads((old / "run.json").read_text())
    (old / "run.json").write_text(json.dumps(head | {"totals": {"operations": 2, "passed": 1, "broken": 1}}))
    assert main(["compare", str(old), str(now)]) == 0
    assert "Nothing changed" in capsys.readouterr().out


def test_json_has_all_of_it(keep, capsys):
    main(["compare", "--json", str(keep("before", ONE)), str(keep("after", TWO))])
    data = json.loads(capsys.readouterr().out)
    assert (data["before"], data["after"], data["worse"]) == ("before", "after", True)
    assert [row["id"] for row in data["new"]] == [fingerprint(TWO)]


def test_an_unknown_run_is_wrong_use(keep, capsys):
    assert main(["compare", str(keep("before", ONE)), "no-such-run"]) == 2
    assert "there is no run 'no-such-run'" in capsys.readouterr().err


def test_a_broken_run_is_told_with_its_file(keep, capsys):
    folder = keep("before", ONE)
    (folder / "run.json").write_text("{")
    assert main(["compare", str(folder), str(folder)]) == 2
    assert f"{folder}/run.json: is no run" in capsys.readouterr().err


def test_a_baseline_file_stands_for_the_run_it_came_from(keep, tmp_path, capsys):
    file = baseline.write(archive.load(keep("before", ONE)), tmp_path)
    assert main(["compare", str(file), str(keep("same", ONE))]) == 0
    assert main(["compare", str(file), str(keep("after", ONE, TWO))]) == 1
    assert fingerprint(TWO) in capsys.readouterr().out


def test_a_file_that_is_no_baseline_is_wrong_use(keep, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("hello")
    assert main(["compare", str(tmp_path / "notes.txt"), str(keep("after"))]) == 2
    assert "notes.txt:1" in capsys.readouterr().err
