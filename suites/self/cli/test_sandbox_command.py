"""deskcheck sandbox: it lists the faults, or serves with what was typed."""

from __future__ import annotations

from typing import Any

import pytest

from harness.cli.main import main
from harness.sandbox import mutators, server


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What a server would have been started with."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(server, "serve", lambda *given, replay, documents: calls.append((*given, replay)))
    return calls


def test_every_fault_is_listed_with_what_it_does(served: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "--list-faults"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(mutators.NAMES)
    assert all(len(line.split()) > 2 for line in lines)
    assert served == []


def test_without_options_it_serves_on_the_usual_port(served: list[Any]) -> None:
    assert main(["sandbox"]) == 0
    assert served == [(8080, [], 0, False, False)]


def test_what_is_typed_is_what_it_serves_with(served: list[Any]) -> None:
    assert main(["sandbox", "--port", "0", "--fault", "a", "--fault", "b", "--seed", "7", "-q", "--replay"]) == 0
    assert served == [(0, ["a", "b"], 7, True, True)]
