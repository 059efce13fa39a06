"""A CI service as far as a recipe can tell: its shell with its options, its variables, and the programs it finds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
RECIPES = ROOT / "docs" / "ci"
# One operation is enough to see a recipe through; what follows comes from the recipe's own words.
_DESKCHECK = """#!/bin/bash
more=()
if [ "$1" = run ]; then more=(--only zendesk:CountTickets --budget 2 --workers 1 $DESKCHECK_MORE); fi
exec {python} -c 'import sys; from harness.cli.main import main; sys.exit(main())' "$@" "${{more[@]}}"
"""
_RECORDED = """#!/bin/bash
printf '%s\\n' "{name} $*" >> "$CALLS"
"""


@dataclass(frozen=True)
class CiService:
    """A working directory with the programs of a service in front of the machine's own."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, **variables: str) -> CiService:
        """`pip` and the like only write down that they were called: the package is here already."""
        programs = folder / "bin"
        programs.mkdir(parents=True)
        service = cls(folder, {"CALLS": str(folder / "calls"), **variables})
        service.add("deskcheck", _DESKCHECK.format(python=sys.executable))
        service.add("pip", _RECORDED.format(name="pip"))
        service.add("python", _RECORDED.format(name="python"))
        return service

    def add(self, name: str, script: str) -> None:
        """Put a program in front of the machine's own of that name."""
        program = self.folder / "bin" / name
        program.write_text(script)
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """What was called of the programs that only write down that they were."""
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def run(
        self, script: str, shell: Sequence[str] = ("bash", "-eo", "pipefail"), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """One step in the service's shell."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environ = {**os.environ, "PYTHONPATH": str(ROOT), **self.variables, **variables, "PATH": path}
        return subprocess.run(
            [*shell, "-c", script], cwd=self.folder, env=environ, capture_output=True, text=True, timeout=300
        )


class _Loader(yaml.SafeLoader):
    """YAML as CI services read it: `on` is a word."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str) -> dict:
    """A file of a CI service."""
    return yaml.load(text, Loader=_Loader)


def blocks(recipe: str, language: str) -> list[str]:
    """The fenced blocks of a recipe."""
    text = (RECIPES / f"{recipe}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with GitHub's expressions replaced; one without a value is a mistake of the action."""
    return re.sub(r"\$\{\{ *([^}]*?) *\}\}", lambda match: values[match[1]], text)
