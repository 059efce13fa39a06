"""What other people's tools accept: their own schemas from package registries, kept for the next run of the tests.

None of them is a file of this repository. Where a registry cannot be reached, the test that needs it is skipped and
says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest

KEPT = Path(tempfile.gettempdir()) / "deskcheck-consumers"
SARIF_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SARIF_SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
PYTEST = "pytest==9.0.2"
JUNIT_XSD = "pytest-9.0.2/testing/example_scripts/junit-10.xsd"


def sarif_schema() -> dict[str, Any]:
    """The schema of SARIF 2.1.0, as a package of npm carries it."""
    npm = shutil.which("npm") or pytest.skip("npm is needed for the schema of SARIF")
    fetch = [npm, "pack", "--silent", SARIF_PACKAGE]
    schema: dict[str, Any] = json.loads(_member(fetch, "*sarif*.tgz", SARIF_SCHEMA).read_text(encoding="utf-8"))
    return schema


def junit_xsd() -> Path:
    """The XSD of Jenkins' xUnit plugin, as pytest's source package carries it for its own tests."""
    fetch = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", "pytest", PYTEST]
    return _member(fetch, "pytest-*.tar.gz", JUNIT_XSD)


def _member(fetch: list[str], archive: str, name: str) -> Path:
    """One file of a package, fetched once."""
    kept = KEPT / Path(name).name
    if kept.is_file():
        return kept
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(fetch, cwd=folder, capture_output=True, text=True, timeout=300)
        packages = sorted(Path(folder).glob(archive))
        if ended.returncode or not packages:
            pytest.skip(f"{fetch[-1]} cannot be fetched from its registry")
        with tarfile.open(packages[0]) as package:
            member = package.extractfile(name)
            assert member, f"{fetch[-1]} has no {name} any more"
            data = member.read()
    KEPT.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(data)
    return kept
