"""A document whose outline is of the wrong kind is refused with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from harness.errors import DocumentError
from harness.openapi.outline import check

HEAD = "openapi: 3.0.3\npaths:\n  /a:\n"


def checked(folder: Path, text: str) -> None:
    path = folder / "things.yaml"
    path.write_text(text)
    check(yaml.safe_load(text), path)


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.0.3\n",
        f"{HEAD}    get: {{responses: {{}}}}\n",
        f"{HEAD}    get: {{}}\n    x-more: text\npaths-x: 1\n",
        f"{HEAD}    get: {{}}\n  x-note: text\ncomponents:\n  x-note: text\n",
    ],
)
def test_what_is_left_out_or_an_extension_is_sound(tmp_path: Path, text: str) -> None:
    checked(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("openapi: 3.0.3\npaths: []\n", 2, "paths is a list, not a mapping"),
        ("openapi: 3.0.3\ncomponents:\n  schemas: text\n", 3, "components schemas is text, not a mapping"),
        (f"{HEAD}    get: true\n", 4, "paths /a get is true or false, not a mapping"),
        (f"{HEAD}    parameters: {{}}\n", 4, "paths /a parameters is a mapping, not a list"),
        (
            f"{HEAD}    get:\n      parameters:\n        - 5\n",
            6,
            "paths /a get parameters 0 is a number, not a mapping",
        ),
        (f"{HEAD}    get:\n      tags: a\n", 5, "paths /a get tags is text, not a list"),
        (f"{HEAD}    get:\n      responses:\n", 5, "paths /a get responses is empty, not a mapping"),
        (f"{HEAD}    get:\n      security:\n        - oauth: read\n", 6, "security 0 oauth is text, not a list"),
    ],
)
def test_the_first_wrong_part_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as wrong:
        checked(tmp_path, text)
    assert wrong.value.where == f"{tmp_path / 'things.yaml'}:{line}"
