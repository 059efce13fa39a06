"""action.yml: its shell steps run on the embedded sandbox, with what GitHub would put into them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ci_service import ROOT, CiService, blocks, filled, read_yaml

ACTION: dict[str, Any] = read_yaml((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
INPUTS = {f"inputs.{name}": str(row["default"]) for name, row in ACTION["inputs"].items()}
GIVEN = {"inputs.report-dir": "reports/an org", "github.event.pull_request.number": "7", "inputs.token": "t0ken"}
GH = """#!/bin/bash
printf '%s|' "$@" >> "$CALLS"; printf '\\n' >> "$CALLS"
case "$*" in *--paginate*) printf '%s' "$EARLIER";; esac
"""


@pytest.fixture
def service(tmp_path: Path) -> CiService:
    files = {name: str(tmp_path / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return CiService.open(tmp_path, GITHUB_ACTION_PATH="/the/action", GITHUB_REPOSITORY="acme/desk", **files)


def step(service: CiService, name: str, **more: str):
    """One step of the action as the runner starts it."""
    outputs = service.folder / "github_output"
    code = outputs.read_text().strip().removeprefix("exit-code=") if outputs.exists() else ""
    values = {**INPUTS, **GIVEN, "steps.run.outputs.exit-code": code, **more}
    environ = {key: filled(str(text), values) for key, text in STEPS[name].get("env", {}).items()}
    return service.run(STEPS[name]["run"], ("bash", "--noprofile", "--norc", "-eo", "pipefail"), **environ)


def test_a_finding_is_annotated_summed_up_and_fails_the_job(service: CiService) -> None:
    arguments = "--fault=server_error:CountTickets\n\n--baseline=it's here; $(touch hacked).ndjson\n"
    first = step(service, "Run", **{"inputs.arguments": arguments})
    assert first.returncode == 0, "the exit code is the last step's, so that the others are run"
    assert "it's here; $(touch hacked).ndjson" in first.stderr, "an argument stays one word and no code"
    assert not (service.folder / "hacked").exists()
    assert step(service, "Annotate").stdout == "", "that run was refused, and there is nothing to show"
    assert step(service, "Exit code").returncode == 2

    (service.folder / "github_output").unlink()
    step(service, "Run", **{"inputs.arguments": "--fault=server_error:CountTickets"})
    shown = step(service, "Annotate")
    assert "::error file=specs/zendesk/support.yaml,line=" in shown.stdout
    assert (service.folder / "github_step_summary").read_text().startswith("# deskcheck: 1 finding")
    folder = service.folder / "reports" / "an org"
    assert json.loads((folder / "deskcheck.sarif").read_text())["version"] == "2.1.0"
    assert (folder / "pull-request.md").is_file()
    assert step(service, "Exit code").returncode == 1


def test_without_arguments_a_run_is_a_run(service: CiService) -> None:
    assert step(service, "Run").returncode == 0
    assert step(service, "Exit code").returncode == 0


def test_a_step_that_never_ran_is_no_pass(service: CiService) -> None:
    assert step(service, "Exit code").returncode == 4


@pytest.mark.parametrize(("earlier", "call"), [
    ("", "POST|repos/acme/desk/issues/7/comments"), ("11\n12", "PATCH|repos/acme/desk/issues/comments/12"),
])  # fmt: skip
def test_a_comment_is_written_once_and_replaced_after_that(earlier: str, call: str, service: CiService) -> None:
    service.add("gh", GH)
    service.variables["EARLIER"] = earlier
    assert step(service, "Comment").returncode == 0
    assert service.calls == [], "no report, no comment"
    page = service.folder / "reports" / "an org" / "pull-request.md"
    page.parent.mkdir(parents=True)
    page.write_text("<!-- deskcheck -->\n")
    assert step(service, "Comment").returncode == 0
    assert service.calls[-1] == f"api|--silent|--method|{call}|--field|body=@reports/an org/pull-request.md|"


def test_it_installs_its_own_version_or_the_one_that_is_named(service: CiService) -> None:
    assert step(service, "Install").returncode == 0
    assert step(service, "Install", **{"inputs.package": "deskcheck==1.0"}).returncode == 0
    assert [call.split()[-1] for call in service.calls] == ["/the/action", "deskcheck==1.0"]


def test_no_expression_stands_in_a_script() -> None:
    """Text of a pull request in a script is a command of whoever wrote it."""
    assert [name for name, row in STEPS.items() if "${{" in row.get("run", "")] == []


def test_the_recipe_gives_inputs_that_there_are() -> None:
    used = read_yaml(blocks("github", "yaml")[0])["jobs"]["deskcheck"]["steps"][-1]["with"]
    assert used.keys() <= ACTION["inputs"].keys()
