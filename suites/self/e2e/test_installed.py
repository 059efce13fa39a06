"""deskcheck as people get it: the built wheel in a fresh environment, in an empty folder, and an sdist that builds.

Slow, since it installs; `.ci/run` asks for it by DESKCHECK_TEST_WHEEL=1, and a person may.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import shipped

pytestmark = pytest.mark.skipif(not os.environ.get("DESKCHECK_TEST_WHEEL"), reason="DESKCHECK_TEST_WHEEL is not set")

ONLY = ("--only", "zendesk:ListTickets", "--only", "zendesk:CountTickets", "--only", "zoho:getTicket")
FEW = (*ONLY, "--budget", "3", "--workers", "1")
BUILD = "import sys; from hatchling import build; print(getattr(build, sys.argv[1])(sys.argv[2]))"


@dataclass
class Installed:
    """deskcheck in an environment of its own, called in a folder that has nothing of the checkout."""

    binaries: Path
    folder: Path

    def call(self, program: str, *words: str) -> tuple[int, str]:
        """The exit code and all that was said."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
        environment = kept | {"DESKCHECK_CACHE": str(self.folder.parent / "cache")}
        command = [str(self.binaries / program), *words]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def deskcheck(self, *words: str) -> tuple[int, str]:
        return self.call("deskcheck", *words)


def built(kind: str, source: Path, target: Path) -> Path:
    """The wheel or the sdist of a source tree."""
    command = [sys.executable, "-c", BUILD, f"build_{kind}", str(target)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=True)
    return target / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("sdist", shipped.root(), tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what the sdist holds, as an index' users may have to."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return built("wheel", source, folder)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment with the wheel and what the index gives for it; one run is there already."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    folder = environment.parent / "empty"
    folder.mkdir()
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, str(wheel)], check=True)
    installation = Installed(environment / "bin", folder)
    code, said = installation.deskcheck("run", *FEW)
    print(f"from nothing to a first report: {time.monotonic() - began:.0f} s")
    assert code == 0, said
    return installation


def test_the_wheel_has_one_package_and_none_of_our_own_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"harness"}
    assert not [name for name in names if "suites/self" in name]
    assert {"harness/data/specs/deskcheck.schema.json", "harness/report/page.css"} <= set(names)


def test_each_shipped_file_is_in_the_wheel(wheel: Path) -> None:
    """A vendor's new folder of suites must not be forgotten there."""
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "specs", "suites"], cwd=shipped.root(), capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in listed if "suites/self/" not in name and f"harness/data/{name}" not in names] == []


def test_a_run_reports_into_the_folder_where_it_is_called(installed: Installed) -> None:
    assert (installed.folder / "reports" / "latest" / "index.html").is_file()
    assert [path.name for path in installed.folder.iterdir()] == ["reports"]
    assert not list(installed.binaries.parent.rglob("site-packages/reports"))


@pytest.mark.parametrize(("words", "expected"), [
    (("plan", *ONLY), "zendesk"), (("sweep", "--all", "--dry-run"), "left anything behind"),
    (("compare", "latest", "latest"), ""), (("explain", "zendesk:DeleteTicket"), "destructive"),
    (("specs", "list"), "zoho"), (("sandbox", "--help"), "--port"),
])  # fmt: skip
def test_a_command_works_there(words: tuple[str, ...], expected: str, installed: Installed) -> None:
    code, said = installed.deskcheck(*words)
    assert code == 0, said
    assert expected in said


def test_a_finding_is_shown_observed_and_sent_again(installed: Installed) -> None:
    """A fault that is put in: found, recorded, found again in the recording, and gone from a sandbox without it."""
    fault = ("--fault", "undocumented_status:CountTickets")
    code, said = installed.deskcheck("run", *FEW, *fault, "--har", "--report-dir", "reports/wrong")
    assert code == 1, said
    code, said = installed.deskcheck("observe", "reports/wrong")
    assert code == 1, said
    finding = said_finding(installed)
    code, said = installed.deskcheck("replay", finding, "--run", "wrong", *fault)
    assert code == 1, said
    code, said = installed.deskcheck("replay", finding, "--run", "wrong")
    assert code == 0, said
    code, said = installed.deskcheck("compare", "reports/wrong", "reports/wrong")
    assert code == 0, said


def said_finding(installed: Installed) -> str:
    """The id of the run's finding, as its summary has it."""
    from harness.results import archive
    from harness.results.outcome import fingerprint

    run = archive.load(installed.folder / "reports" / "wrong")
    return next(fingerprint(finding) for outcome in run.outcomes for finding in outcome.findings)


def test_the_sandbox_serves_there(installed: Installed) -> None:
    command = [str(installed.binaries / "deskcheck"), "sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=installed.folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert "http://127.0.0.1" in server.stdout.readline()
        finally:
            server.terminate()


def test_a_new_project_has_a_suite_that_passes_and_that_a_fault_fails(installed: Installed) -> None:
    code, said = installed.deskcheck("init")
    assert code == 0, said
    words = ("tests/desk", "-q", "--target", "embedded")
    code, said = installed.call("pytest", *words)
    assert (code, "1 passed" in said) == (0, True), said
    code, said = installed.call("pytest", *words, "--fault", "server_error:CreateTicket")
    assert code == 1, said
    assert "reports" in said


def test_other_tests_of_the_environment_do_not_notice(installed: Installed) -> None:
    other = installed.folder / "other"
    other.mkdir(exist_ok=True)
    (other / "test_own.py").write_text(
        "import sys\ndef test_own(): assert 'harness.pytest_plugin' not in sys.modules\n"
    )
    code, said = installed.call("pytest", "-q", "other")
    assert code == 0, said
