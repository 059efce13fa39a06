"""In a run allure-pytest collects what tests say of themselves, and writes results of other tests only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import allure
import allure_commons
import pytest
from allure_commons import model2
from allure_commons.model2 import Attachment, Globals
from hypothesis import given
from hypothesis import strategies as st

from harness.masking import MASK, Mask
from harness.results.annotations import Annotations
from harness.run import allure_session
from harness.run.allure_session import HELD_BACK, HeldBackResults

SECRET = "s3cr3t-value"

# A session of its own: a plugin that does what a run does, and tests that say much of themselves.
PLUGIN = """
import json, pytest
from dataclasses import asdict
from pathlib import Path
from harness.masking import Mask
from harness.run import allure_session

def pytest_sessionstart(session):
    allure_session.hold_back(session.config)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call" and "client" in item.fixturenames:
        allure_session.leave_to_run(item.config)
        said = allure_session.annotations_of(item, Mask(("s3cr3t-value",)))
        Path(f"said-{item.name}.json").write_text(json.dumps(said and asdict(said), default=bytes.decode))
    return report

@pytest.fixture
def client():
    return "a client"
"""
TESTS = """
import allure

@allure.title("A door is stuck")
@allure.severity(allure.severity_level.BLOCKER)
@allure.issue("https://example.com/1?token=abc", "ONE")
def test_of_the_run(client):
    'What it is about.'
    with allure.step("open with s3cr3t-value"):
        allure.attach("the key is s3cr3t-value", "key", allure.attachment_type.TEXT)
        with allure.step("push"):
            pass
    allure.dynamic.tag("mine")
    allure.dynamic.parameter("size", 3)
    assert True

def test_silent(client):
    pass

def test_of_others():
    with allure.step("other"):
        allure.attach("beside", "note")
"""


def session(folder: Path, *arguments: str) -> Path:
    """Run the tests in a process of its own, in this folder."""
    (folder / "conftest.py").write_text(PLUGIN)
    (folder / "test_doors.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return session(tmp_path_factory.mktemp("session"), "--alluredir=results")


def said(folder: Path, name: str) -> Any:
    return json.loads((folder / f"said-{name}.json").read_text())


def test_what_a_test_says_of_itself_is_collected(told: Path) -> None:
    heard = said(told, "test_of_the_run")
    assert (heard["title"], heard["description"]) == ("A door is stuck", "What it is about.")
    assert sorted(heard["labels"]) == [["severity", "blocker"], ["tag", "mine"]]
    assert [step["name"] for step in heard["steps"][0]["steps"]] == ["push"]
    assert heard["parameters"] == [["size", "3"]]
    assert said(told, "test_silent") is None


def test_nothing_of_it_holds_a_secret(told: Path) -> None:
    text = (told / "said-test_of_the_run.json").read_text()
    assert SECRET not in text
    assert "abc" not in text
    (attached,) = said(told, "test_of_the_run")["steps"][0]["attachments"]
    assert attached["content"] == f"the key is {MASK}"


def test_allure_itself_writes_only_the_results_of_other_tests(told: Path) -> None:
    (result,) = [json.loads(path.read_text()) for path in (told / "results").glob("*-result.json")]
    assert result["name"] == "test_of_others"
    assert [path.read_text() for path in (told / "results").glob("*-attachment*")] == ["beside"]
    containers = [json.loads(path.read_text()) for path in (told / "results").glob("*-container.json")]
    assert all(container["children"] == [result["uuid"]] for container in containers)


def test_without_alluredir_the_same_is_collected(told: Path, tmp_path: Path) -> None:
    folder = session(tmp_path)
    first, second = (said(place, "test_of_the_run") for place in (told, folder))
    for step in (first["steps"][0], second["steps"][0], *first["steps"][0]["steps"], *second["steps"][0]["steps"]):
        step["start"] = step["stop"] = 0
    assert first == second
    assert sorted(path.name for path in folder.iterdir() if path.suffix == ".json") == [
        "said-test_of_the_run.json",
        "said-test_silent.json",
    ]


class Written:
    """Keeps what it is to write."""

    def __init__(self) -> None:
        self.results: list[str] = []
        self.containers: list[list[str]] = []
        self.contents: dict[str, bytes] = {}
        self.globals = 0

    def report_result(self, result: model2.TestResult) -> None:
        self.results.append(result.uuid)

    def report_container(self, container: model2.TestResultContainer) -> None:
        self.containers.append(container.children)

    def report_globals(self, globals_item: Globals) -> None:
        self.globals += 1

    def report_attached_data(self, body: bytes, file_name: str) -> None:
        self.contents[file_name] = body


@given(st.lists(st.booleans(), max_size=8))
def test_each_test_has_one_writer(of_the_run: list[bool]) -> None:
    written = Written()
    held = HeldBackResults(SimpleNamespace(), written)
    for number, is_ours in enumerate(of_the_run):
        held.report_attached_data(f"body {number}", f"{number}.txt")
        result = model2.TestResult(uuid=str(number), attachments=[Attachment(source=f"{number}.txt")])
        if is_ours:
            held.take(result)
        held.report_result(result)
    others = [str(number) for number, is_ours in enumerate(of_the_run) if not is_ours]
    assert written.results == others
    assert written.contents == {f"{number}.txt": f"body {number}".encode() for number in others}
    held.report_container(model2.TestResultContainer(children=[str(number) for number in range(len(of_the_run))]))
    assert written.containers == ([others] if others else [])


def config_with(result: model2.TestResult) -> Any:
    held = HeldBackResults(SimpleNamespace(allure_logger=SimpleNamespace(get_test=lambda uuid: result)), None)
    stash = pytest.Stash()
    stash[HELD_BACK] = held
    return SimpleNamespace(stash=stash)


def test_a_test_that_is_run_again_says_only_what_it_said_last() -> None:
    result = model2.TestResult(uuid="1", name="test_it", attachments=[Attachment(name="note", source="1.txt")])
    config = config_with(result)
    allure_session.begin_again(config)
    item: Any = SimpleNamespace(name="test_it", config=config, iter_markers=lambda name: ())
    assert allure_session.annotations_of(item, Mask()) is None


def test_a_large_attachment_is_named_and_not_kept() -> None:
    result = model2.TestResult(uuid="1", name="test_it", attachments=[Attachment(name="dump", source="1.txt")])
    config = config_with(result)
    config.stash[HELD_BACK].report_attached_data(b"x" * (allure_session.LARGEST + 1), "1.txt")
    item: Any = SimpleNamespace(name="test_it", config=config, iter_markers=lambda name: ())
    heard = allure_session.annotations_of(item, Mask())
    assert isinstance(heard, Annotations)
    assert (
        heard.attachments[0].content
        == b"1,000,001 bytes were attached; deskcheck keeps attachments of 1,000,000 at most.\n"
    )


def test_a_file_that_is_attached_may_be_gone_afterwards(tmp_path: Path) -> None:
    held = HeldBackResults(SimpleNamespace(), None)
    file = tmp_path / "note.txt"
    file.write_text("kept")
    held.report_attached_file(file, "1.txt")
    file.unlink()
    assert held.content(Attachment(source="1.txt")) == b"kept"


def test_without_allure_pytest_a_run_goes_on() -> None:
    config: Any = SimpleNamespace(option=SimpleNamespace(), stash=pytest.Stash())
    allure_session.hold_back(config)
    allure_session.leave_to_run(config)
    allure_session.begin_again(config)
    assert allure_session.folder_of(config) is None
    item: Any = SimpleNamespace(name="test_it", config=config)
    assert allure_session.annotations_of(item, Mask()) is None


def test_the_installed_library_has_what_is_taken_of_it() -> None:
    assert hasattr(allure_commons.plugin_manager, "unregister")
    assert callable(allure.attach)
