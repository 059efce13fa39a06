"""deskcheck run: what is wrong with its options shows before anything starts, and all of them reach pytest."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from harness.cli import run
from harness.cli.main import main


@pytest.mark.parametrize(("words", "said"), [
    (["--workers", "0"], "--workers"), (["--workers", "-1"], "--workers"), (["--budget", "0"], "--budget"),
    (["--allow", "all"], "--allow"), (["--document", "nowhere.yaml", "--vendor", "zoho"], "--document"),
])  # fmt: skip
def test_wrong_use_names_the_option(words, said, capsys):
    assert main(["run", *words]) == 2
    assert said in capsys.readouterr().err


def test_options_reach_the_other_door_as_they_were_typed():
    parser = ArgumentParser()
    run.add(parser)
    words = ["--only=-x*", "--only=a b", "--confirm=--acme", "--har", "--seed=-3", "--workers=4"]
    assert run._again(parser.parse_args(words)) == [
        "--confirm=--acme", "--budget=20", "--only=-x*", "--only=a b", "--seed=-3", "--har",
    ]  # fmt: skip
