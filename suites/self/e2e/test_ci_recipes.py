"""The recipes of docs/ci fit their services' schemas, and their shell steps do what they say."""

from __future__ import annotations

import importlib.resources
import json
import re
import shutil
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import jsonschema
import pytest
from ci_service import RECIPES, ROOT, CiService, blocks, read_yaml

from harness.report.formats import FORMATS

FAULT = "--fault server_error:CountTickets"
SCHEMAS = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
CONFIGURATIONS = [
    *(("github-workflows", text) for text in blocks("github", "yaml")),
    *(("gitlab-ci", text) for text in blocks("gitlab", "yaml")),
    *(("azure-pipelines", text) for text in blocks("azure", "yaml")),
    ("github-actions", (ROOT / "action.yml").read_text(encoding="utf-8")),
]


@pytest.mark.parametrize(("name", "text"), CONFIGURATIONS)
def test_a_configuration_fits_its_services_schema(name: str, text: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    errors = jsonschema.validators.validator_for(schema)(schema).iter_errors(read_yaml(text))
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def test_the_jenkinsfile_is_closed_and_names_steps_of_its_plugins() -> None:
    (text,) = blocks("jenkins", "groovy")
    bare = re.sub(r"'''.*?'''|'[^']*'", "''", text, flags=re.DOTALL)
    assert all(bare.count(opening) == bare.count(closing) for opening, closing in ("{}", "()", "[]"))
    for step in ("junit testResults:", "recordIssues tools:", "sarif(pattern:", "archiveArtifacts artifacts:"):
        assert step in text


@pytest.mark.parametrize("recipe", ["github", "gitlab", "jenkins", "azure"])
def test_every_file_that_a_recipe_reads_is_one_that_it_has_written(recipe: str) -> None:
    text = (RECIPES / f"{recipe}.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"--format ([\w-]+)", text))
    written = {row.file for row in FORMATS if row.always or row.name in asked}
    read = set(re.findall(r"reports/ci/([\w.-]+\.\w+)", text))
    assert read
    assert read <= written


def gitlab_job() -> dict[str, Any]:
    return read_yaml(blocks("gitlab", "yaml")[0])["deskcheck"]


@pytest.mark.parametrize(("more", "code"), [("", 0), (FAULT, 1)])
def test_gitlab(more: str, code: int, tmp_path: Path) -> None:
    job = gitlab_job()
    service = CiService.open(tmp_path, DESKCHECK_MORE=more)
    assert service.run("\n".join(job["script"])).returncode == code
    assert service.calls == ["pip install --quiet deskcheck"]
    reports = job["artifacts"]["reports"]
    assert len(json.loads((tmp_path / reports["codequality"]).read_text())) == code
    assert (tmp_path / reports["junit"]).is_file()


class _Notes(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.received.append((self.path, self.headers["private-token"], parse_qs(body)["body"][0]))  # type: ignore[attr-defined]
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test reads what was received."""


@pytest.mark.skipif(not shutil.which("curl"), reason="the recipe writes its note with curl")
def test_gitlab_gets_one_note_where_there_is_a_token_and_a_page(tmp_path: Path) -> None:
    script = "\n".join(gitlab_job()["after_script"])
    service = CiService.open(tmp_path)
    with HTTPServer(("127.0.0.1", 0), _Notes) as server:
        server.received = []  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        job = {
            "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}",
            "CI_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "7",
        }
        assert service.run(script, **job, DESKCHECK_NOTES_TOKEN="t0ken").returncode == 0, "the run wrote no page"
        (tmp_path / "reports" / "ci").mkdir(parents=True)
        (tmp_path / "reports" / "ci" / "pull-request.md").write_text("1 finding & more")
        assert service.run(script, **job).returncode == 0, "there is no token"
        assert server.received == []  # type: ignore[attr-defined]
        assert service.run(script, **job, DESKCHECK_NOTES_TOKEN="t0ken").returncode == 0
        server.shutdown()
        (note,) = server.received  # type: ignore[attr-defined]
        assert note == ("/projects/3/merge_requests/7/notes", "t0ken", "1 finding & more")


@pytest.mark.parametrize(("more", "code"), [("", 0), (FAULT, 1)])
def test_jenkins(more: str, code: int, tmp_path: Path) -> None:
    (script,) = re.findall(r"sh '''(.*?)'''", blocks("jenkins", "groovy")[0], re.DOTALL)
    service = CiService.open(tmp_path, DESKCHECK_MORE=more)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").write_text("")
    assert service.run(script, shell=("sh", "-xe")).returncode == code
    assert (tmp_path / "reports/ci/deskcheck.sarif").is_file()
    assert (tmp_path / "reports/ci/junit-strict.xml").is_file()


def test_azure(tmp_path: Path) -> None:
    service = CiService.open(tmp_path, DESKCHECK_MORE=FAULT)
    scripts = [step["script"] for step in read_yaml(blocks("azure", "yaml")[0])["steps"] if "script" in step]
    ended = [service.run(script, shell=("bash", "--noprofile", "--norc")) for script in scripts]
    assert [step.returncode for step in ended] == [0, 1, 0]
    assert ended[-1].stdout.strip() == f"##vso[task.uploadsummary]{tmp_path}/reports/ci/summary.md"


def test_github_without_the_action(tmp_path: Path) -> None:
    service = CiService.open(tmp_path, DESKCHECK_MORE=FAULT, GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
    steps = read_yaml(blocks("github", "yaml")[1])["jobs"]["deskcheck"]["steps"]
    ended = [service.run(step["run"]) for step in steps if "run" in step]
    assert [step.returncode for step in ended] == [0, 1, 0]
    assert "::error file=specs/zendesk/support.yaml,line=" in ended[-1].stdout
    assert (tmp_path / "summary").read_text().startswith("# deskcheck: 1 finding")


def test_the_page_of_formats_names_every_format_that_is_asked_for() -> None:
    text = (RECIPES / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \| `([\w.-]+)` \|", text, re.MULTILINE))
    assert rows == {row.name: row.file for row in FORMATS if not row.always}
