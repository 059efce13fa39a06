"""Command line and pytest take the same options, and a wrong one is refused before anything starts."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.main import main
from harness.errors import UsageError
from harness.planning import run_options
from harness.planning.run_options import OPTIONS, RunOptions, from_namespace, tiers
from harness.risk.tier import Tier


def parse(*words: str) -> Namespace:
    parser = ArgumentParser()
    run_options.add_options(parser.add_argument)
    return parser.parse_args(words)


def test_nothing_said_is_the_default() -> None:
    assert from_namespace(parse()) == RunOptions()
    assert from_namespace(Namespace()) == RunOptions(), "commands that take fewer options have no such attributes"


def test_every_option_reaches_the_value(tmp_path: Path) -> None:
    words = f"""--target a --target b --allow read,destructive --allow-operation zendesk:X --confirm acme --budget 7
        --seed 0 --only zendesk:* --only Tickets --report-dir r --document {tmp_path} --vendor zoho
        --changed-since zoho/desk --baseline latest --format sarif --fault slow --strict-waivers
        --propose-waivers --timeout 2.5"""
    assert from_namespace(parse(*words.split())) == RunOptions(
        targets=("a", "b"), allow=(Tier.READ, Tier.DESTRUCTIVE), operations=("zendesk:X",), confirm=("acme",), budget=7,
        seed=0, only=("zendesk:*", "Tickets"), report_dir="r", document=str(tmp_path), vendor="zoho", faults=("slow",),
        strict_waivers=True, propose_waivers=True, timeout=2.5, changed_since="zoho/desk", baseline="latest",
        formats=("sarif",),
    )  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_declared_once_for_the_command_line_and_for_pytest(name: str) -> None:
    """Both parsers get the same words for it, and neither knows a default: `RunOptions` alone has it."""
    parser = ArgumentParser()
    run_options.add_options(parser.add_argument)
    (action,) = (one for one in parser._actions if OPTIONS[name].flag in one.option_strings)
    group = pytest.Parser(_ispytest=True).getgroup("deskcheck")
    run_options.add_options(group.addoption)
    (option,) = (one for one in group.options if OPTIONS[name].flag in one.names())
    assert option.attrs()["help"] == action.help == OPTIONS[name].help
    assert option.dest == action.dest
    assert option.default is action.default is None


@given(st.lists(st.sampled_from(Tier), min_size=1))
def test_tiers_are_read_as_they_are_written(found: list[Tier]) -> None:
    assert tiers(",".join(str(tier) for tier in found)) == tuple(found)
    assert tiers(" , ".join(str(tier).upper() for tier in found) + ",") == tuple(found)


@pytest.mark.parametrize("text", ["", " ", ",", "reed", "read,all", "*", "0"])
def test_a_word_that_is_no_tier_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="tier") as caught:
        tiers(text)
    assert "destructive" in caught.value.remedy


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--budget 0", "tests nothing"),
        ("--budget -3", "tests nothing"),
        ("--document a.yaml", "go together"),
        ("--vendor zoho", "--only 'zoho:"),
        ("--document a.yaml --vendor freshdesk", "unknown vendor"),
        ("--document no/such/file.yaml --vendor zoho", "no such file"),
        ("--allow reed", "unknown tier"),
    ],
)
def test_wrong_options_are_a_usage_error(words: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        from_namespace(parse(*words.split()))
    assert caught.value.remedy
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("command", [["run"], ["replay", "1a2b"], ["sweep", "--all"], ["doctor", "--target", "a"]])
@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "-inf", "1e400", "3601"])
def test_a_timeout_that_is_none_is_wrong_use_of_every_command(
    command: list[str],
    seconds: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*command, f"--timeout={seconds}"]) == 2
    assert "--timeout" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["run"], ["replay", "1a2b"], ["sweep", "--all"], ["doctor", "--target", "a"]])
def test_a_timeout_that_is_no_number_is_wrong_use(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--timeout=soon"]) == 2
    assert "--timeout" in capsys.readouterr().err
