"""deskcheck run: what is wrong with its options shows before anything starts, and all of them reach pytest."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from harness.cli import run
from harness.cli.main import main
from harness.planning.run_options import RunOptions
from harness.run import network_namespace


@pytest.fixture
def handed_over(configure, monkeypatch) -> SimpleNamespace:
    """What `deskcheck run` hands to pytest, in whose place nothing runs; `acme` is a target."""
    configure('[targets.acme]\nvendor = "zendesk"\nbase_url = "https://acme.example"')
    taken = SimpleNamespace(arguments=[], contexts=[])

    def take(arguments, plugins):
        taken.arguments += arguments
        taken.contexts += [plugin.context for plugin in plugins]
        return 0

    monkeypatch.setattr(pytest, "main", take)
    return taken


@pytest.mark.parametrize(("words", "said"), [
    (["--workers", "0"], "--workers"), (["--workers", "-1"], "--workers"), (["--budget", "0"], "--budget"),
    (["--allow", "all"], "--allow"), (["--document", "nowhere.yaml", "--vendor", "zoho"], "--document"),
])  # fmt: skip
def test_wrong_use_names_the_option(words, said, capsys):
    assert main(["run", *words]) == 2
    assert said in capsys.readouterr().err


def test_options_reach_pytest_as_a_value(handed_over):
    words = ["--only=-x*", "--only=a b", "--confirm=--acme", "--har", "--seed=-3", "--workers=4", "--target=acme"]
    assert main(["run", *words]) == 4, "the pytest of this test makes no run"
    (context,) = handed_over.contexts
    assert context.options == RunOptions(targets=("acme",), only=("-x*", "a b"), confirm=("--acme",), har=True, seed=-3)
    assert not [word for word in handed_over.arguments if "acme" in word or "-x*" in word]
    assert handed_over.arguments[-4:] == ["-n", "4", "--dist", "worksteal"]


def test_a_run_in_a_namespace_is_the_same_command_again_in_the_words_in_which_it_came(monkeypatch):
    started = []
    monkeypatch.setattr(
        network_namespace, "run_inside", lambda command, reachable, secrets: started.append(command) or 0
    )
    words = ["run", "--only=-x*", "--sandboxed", "--confirm=--acme", "--changed-since", "old.yaml", "--workers=4"]
    assert main(words) == 0
    assert started == [[*run.PROGRAM, *words]]
