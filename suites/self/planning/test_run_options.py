"""Both doors take the same words, and a wrong one is refused before anything starts."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli import run
from harness.cli.main import main
from harness.errors import UsageError
from harness.planning import run_options
from harness.planning.run_options import RunOptions, tiers, wish
from harness.risk.tier import Tier


def parse(*words: str) -> Namespace:
    parser = ArgumentParser()
    run_options.add_run_options(parser.add_argument)
    return parser.parse_args(words)


def test_nothing_said_is_the_default_wish() -> None:
    assert wish(parse()) == RunOptions()
    assert wish(Namespace()) == RunOptions(), "commands that take fewer options have no such attributes"


def test_every_option_reaches_the_wish(tmp_path: Path) -> None:
    words = f"""--target a --target b --allow read,destructive --allow-operation zendesk:X --confirm acme --budget 7
        --seed 0 --only zendesk:* --only Tickets --report-dir r --document {tmp_path} --vendor zoho
        --fault slow --strict-waivers --propose-waivers --timeout 2.5"""
    assert wish(parse(*words.split())) == RunOptions(
        targets=("a", "b"), allow=(Tier.READ, Tier.DESTRUCTIVE), operations=("zendesk:X",), confirm=("acme",), budget=7,
        seed=0, only=("zendesk:*", "Tickets"), report_dir="r", document=str(tmp_path), vendor="zoho", faults=("slow",),
        strict_waivers=True, propose_waivers=True, timeout=2.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--seed", "0", "--budget", "1"],
        ["--target", "a", "--target", "b", "--allow", "read", "--only", "zoho:*"],
        ["--confirm", "--dashes", "--strict-waivers", "--fault", "slow"],
        ["--timeout", "0.5"],
    ],
)
def test_the_command_says_the_same_to_pytest(words: list[str]) -> None:
    """`deskcheck run` is a thin door: what pytest gets must add up to the same wish."""
    options = parse(*[word if word != "--dashes" else "acme" for word in words])
    assert wish(parse(*run._again(options))) == wish(options)


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
def test_a_wrong_wish_is_a_usage_error(words: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        wish(parse(*words.split()))
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
    with pytest.raises(SystemExit) as end:
        main([*command, "--timeout=soon"])
    assert end.value.code == 2
    assert "--timeout" in capsys.readouterr().err
