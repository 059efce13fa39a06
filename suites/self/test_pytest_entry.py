"""Other people's pytest runs never see the plugin; a run that is asked for has it before the first conftest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness import pytest_entry, settings
from harness.planning.run_options import OPTIONS
from harness.pytest_entry import ASKING, CONFIG, PLUGIN, asks_for_run, pytest_addoption


def loaded(folder: Path, *arguments: str) -> list[str]:
    """What the entry point has pytest load."""
    plugins: list[str] = []
    config = SimpleNamespace(invocation_params=SimpleNamespace(args=arguments, dir=folder))
    manager: Any = SimpleNamespace(get_plugin={"pytestconfig": config}.get, import_plugin=plugins.append)
    pytest_addoption(manager)
    return plugins


@pytest.mark.parametrize("option", ASKING)
def test_an_option_that_asks_for_a_run_loads_the_plugin(option: str, tmp_path: Path) -> None:
    (tmp_path / CONFIG).touch()
    assert loaded(tmp_path, "tests/desk", option, "x") == [PLUGIN]
    assert loaded(tmp_path, "tests/desk", f"{option}=x") == [PLUGIN]


@pytest.mark.parametrize("arguments", [(), ("tests",), ("-k", "target"), ("--seed", "3"), ("--timeout=5",)])
def test_what_other_plugins_may_have_too_loads_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / CONFIG).touch()
    assert loaded(tmp_path, *arguments) == []


def test_without_a_configuration_an_option_of_the_same_name_is_somebody_elses(tmp_path: Path) -> None:
    assert loaded(tmp_path, "--target", "linux-arm64") == []


def test_paths_among_the_arguments_are_no_options(tmp_path: Path) -> None:
    assert not asks_for_run([tmp_path / "--target"])


def test_the_options_are_those_of_a_run_and_the_file_that_of_the_settings() -> None:
    assert set(ASKING) <= {option.flag for option in OPTIONS.values()}
    assert settings.CONFIG == CONFIG


def test_it_loads_nothing_else_of_ours() -> None:
    code = "import sys, harness.pytest_entry; print([name for name in sys.modules if name.startswith('harness')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "['harness', 'harness.pytest_entry']"


def test_a_stranger_keeps_the_names_of_our_options_and_fixtures(tmp_path: Path) -> None:
    """An own option `--target`, an own fixture `client`, and no option of ours in the help."""
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "def pytest_addoption(parser): parser.addoption('--target'); parser.addoption('--timeout')\n"
        "@pytest.fixture\n"
        "def client(request): return request.config.getoption('--target')\n"
    )
    (tmp_path / "test_own.py").write_text("def test_own(client): assert client == 'arm'\n")
    words = ["-p", pytest_entry.__name__, "-c", "/dev/null", "--rootdir", str(tmp_path), "-q", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "--disable-plugin-autoload", *words, "--target", "arm"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
