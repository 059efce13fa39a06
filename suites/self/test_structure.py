"""The structure is as it is drawn: who imports whom, files of one job and a readable size, tests that do not wait."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from harness.vendors import VENDORS

ROOT = Path(__file__).resolve().parents[2]


def files(folder: str) -> Iterator[Path]:
    """Every Python file below a folder of the repository."""
    return (path for path in sorted((ROOT / folder).rglob("*.py")) if "__pycache__" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


HARNESS = list(files("harness"))
SUITES = list(files("suites"))


def test_imports_point_up_the_layers(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The contracts are in pyproject.toml; `lint-imports` prints the same."""
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("module", ["harness.report", "harness.settings", "harness.sandbox.state"])
def test_what_sends_nothing_does_not_load_the_http_library(module: str) -> None:
    """Its vendors' auth flows import it, as pyproject.toml says, and no flow is made there."""
    code = f"import sys, {module}; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_every_file_begins_with_its_one_job() -> None:
    assert [named(path) for path in HARNESS if path.read_text() and not _says_its_job(path.read_text())] == []


def _says_its_job(source: str) -> bool:
    said = ast.get_docstring(ast.parse(source)) or "-"
    return source.startswith('"""') and said.splitlines()[0].endswith((".", "?"))


def test_each_file_of_the_package_has_a_name_of_its_own() -> None:
    """Free to share one: a command is named as what it runs, and each vendor's folder has the same files."""
    names = Counter(path.name for path in HARNESS if not _has_a_fixed_name(path))
    assert [name for name, times in names.items() if times > 1] == []


def _has_a_fixed_name(path: Path) -> bool:
    folders = path.relative_to(ROOT / "harness").parts[:-1]
    is_of_a_vendor = len(folders) == 2 and folders[0] in ("sandbox", "vendors") and folders[1] in VENDORS
    return path.name in ("__init__.py", "__main__.py") or folders == ("cli",) or is_of_a_vendor


def test_each_class_of_the_package_has_a_name_of_its_own() -> None:
    """So that a name found in the code leads to one place."""
    trees = [ast.parse(path.read_text()) for path in HARNESS]
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, times in names.items() if times > 1] == []


def test_the_root_of_the_package_imports_nothing() -> None:
    """So that everybody may ask it for the version without a cycle."""
    tree = ast.parse((ROOT / "harness" / "__init__.py").read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def test_test_files_have_names_of_their_own() -> None:
    """Two of one name in folders without `__init__.py` would shadow each other."""
    count = Counter(path.name for path in SUITES)
    assert [name for name, times in count.items() if times > 1 and name != "conftest.py"] == []
    assert [named(path) for path in SUITES if path.name == "__init__.py"] == []


TESTED_ELSEWHERE = {
    "execution/examination.py": "cli/test_doctor_command.py",  # asked as a user asks
    "execution/finding_replay.py": "cli/test_replay_command.py",  # findings of kept runs
    "execution/finding_trace.py": "e2e/test_export_found.py",  # findings of a run, traced on a sandbox with the fault
    "export/client_request.py": "export/test_postman_collection.py",  # shown by both of its users
    "export/expectations.py": "export/test_python_checks.py",  # values alone
    "export/expected_of_finding.py": "e2e/test_export_found.py",  # of each check a finding
    "export/javascript_checks.py": "export/test_python_checks.py",  # the same answers, told alike by both languages
    "export/promises.py": "e2e/test_export_found.py",  # of each check a finding
    "export/standalone.py": "export/test_pytest_file.py",  # values alone
    "sandbox/conventions.py": "sandbox/test_sandbox_models.py",  # fields alone; what each does shows where it is read
    "sandbox/zendesk/examples.py": "sandbox/zendesk/test_zendesk_recordings.py",  # data, held against recorded answers
    "sandbox/zendesk/undocumented.py": "sandbox/zendesk/test_zendesk_operations.py",  # data, every operation is sent
    "vendors/zendesk/tickets.py": "execution/test_own_ticket.py",  # made on the embedded sandbox
    "vendors/zoho/tickets.py": "execution/test_own_ticket.py",  # made on the embedded sandbox
}
"""Modules without a test file of their own, and the one that covers each; why stands beside it."""


def test_every_module_has_a_test_file_of_its_own() -> None:
    """In the same folder and of the same name, so that nobody has to search for what a module promises."""
    modules = [path for path in HARNESS if path.stem not in ("__init__", "__main__")]
    untested = {path.relative_to(ROOT / "harness").as_posix() for path in modules if not has_tests(path)}
    assert untested == TESTED_ELSEWHERE.keys()


def test_what_is_tested_elsewhere_is_tested() -> None:
    tests = ROOT / "suites" / "self"
    assert [name for name in TESTED_ELSEWHERE.values() if not (tests / name).is_file()] == []


def has_tests(module: Path) -> bool:
    """Whether a test file has the module's name, with as many of its folders in front as make it unique."""
    folder = module.relative_to(ROOT / "harness").parent
    names = {module.stem, f"{module.stem}_command"}
    names |= {"_".join((*folder.parts[at:], module.stem)) for at in range(len(folder.parts))}
    return any((ROOT / "suites" / "self" / folder / f"test_{name}.py").is_file() for name in names)


def test_no_test_sleeps() -> None:
    """What waits for the clock is slow on a good day and wrong on a bad one."""
    assert [named(path) for path in SUITES if _calls_sleep(path)] == []


def _calls_sleep(path: Path) -> bool:
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return any(
        isinstance(func, ast.Attribute) and func.attr == "sleep" and isinstance(func.value, ast.Name)
        and func.value.id in ("time", "asyncio")
        for func in calls
    )  # fmt: skip


STAMPED = {
    "formats/http_date.py", "ledger/ledger.py", "run/controller.py", "sandbox/org.py", "sandbox/state.py",
    "transport/recorder.py", "transport/token_flow.py",
}  # fmt: skip
"""Files that write down when something was, or will be. No other asks the wall clock, which may be set in a run."""


def test_no_wait_asks_the_wall_clock() -> None:
    asking = {path.relative_to(ROOT / "harness").as_posix() for path in HARNESS if _asks_wall_clock(path)}
    assert asking == STAMPED


def _asks_wall_clock(path: Path) -> bool:
    found = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute))
    return any(node.attr == "time" and isinstance(node.value, ast.Name) and node.value.id == "time" for node in found)


READS_JSON = {
    "formats/json_text.py": "the one reader",
    "openapi/loader.py": "says at which line of a document a key stands twice",
    "policy/bodies.py": "reads all that some server could read, so more than JSON is",
}
"""Files that ask Python's own reader for JSON, and why; the others ask `formats/json_text.py`."""


def test_json_is_read_in_one_place() -> None:
    reading = {path.relative_to(ROOT / "harness").as_posix() for path in HARNESS if _reads_json(path)}
    assert reading == set(READS_JSON)


def _reads_json(path: Path) -> bool:
    """Whether a file has a function of `json` that reads, or asks an answer of the HTTP library for its JSON."""
    return any(
        (isinstance(node, ast.ImportFrom) and node.module == "json")
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in ("json.load", "json.loads"))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "json")
        for node in ast.walk(ast.parse(path.read_text()))
    )


BUILDS_FINDINGS: dict[str, str] = {}
"""Files outside of `checks/` that build a finding, and why; none does."""


def test_findings_are_built_in_checks_only() -> None:
    """So that every name of a check, and what its finding says, is read in one folder."""
    outside = [path for path in HARNESS if "checks" not in path.relative_to(ROOT / "harness").parts[:-1]]
    building = {path.relative_to(ROOT / "harness").as_posix() for path in outside if builds_a_finding(path.read_text())}
    assert building == set(BUILDS_FINDINGS)


def builds_a_finding(source: str) -> bool:
    """Whether `Finding` is called, by whatever name the file knows it."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "Finding"
    }
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(
        (isinstance(func, ast.Name) and func.id in names)
        or (isinstance(func, ast.Attribute) and func.attr == "Finding")
        for func in called
    )


@pytest.mark.parametrize(
    ("source", "builds"),
    [
        ("from harness.finding import Finding\nFinding('a')", True),
        ("from harness.finding import Finding as Wrong\nWrong('a')", True),
        ("from harness.checks import finding\nfinding.Finding('a')", True),
        (
            "from harness.finding import Finding\ndef first(found: list[Finding]) -> Finding: return found[0]",
            False,
        ),
    ],
)
def test_a_finding_is_seen_however_it_is_built(source: str, builds: bool) -> None:
    assert builds_a_finding(source) is builds


EXAMPLES = "an example in a help text, which is typed as it stands"
NAMES_A_VENDOR = {
    "cli/main.py": EXAMPLES,
    "cli/specs.py": EXAMPLES,
}
"""Files outside of `vendors/` and `sandbox/<vendor>/` whose code names a vendor, and why."""


def test_only_vendors_name_a_vendor() -> None:
    """A name elsewhere is a fact that a third vendor would not have, or a branch that it would fall through."""
    own = {f"sandbox/{name}" for name in VENDORS} | {"vendors"}
    outside = [path for path in HARNESS if not own & {folder.as_posix() for folder in parents(path)}]
    naming = {path.relative_to(ROOT / "harness").as_posix() for path in outside if names_a_vendor(path.read_text())}
    assert naming == set(NAMES_A_VENDOR)


def parents(path: Path) -> Iterator[Path]:
    """The folders of the package that a file lies in, as paths within the package."""
    return iter(path.relative_to(ROOT / "harness").parents)


def names_a_vendor(source: str) -> bool:
    """Whether code (texts that are no docstrings, and identifiers) names a vendor."""
    tree = ast.parse(source)
    # A text that stands alone says something of what is above it, as a docstring does.
    remarks = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    words = (word for node in ast.walk(tree) if node not in remarks for word in words_of(node))
    return any(name in word.lower() for word in words for name in VENDORS)


def words_of(node: ast.AST) -> Iterator[str]:
    """The identifiers and texts that a node of the syntax tree is made of, its children's left out."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, str):
            yield value
