"""Reading documents: exact scalars, and a clear refusal with file and line for everything hostile."""

from __future__ import annotations

import json
import os
import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import DocumentError
from harness.openapi import loader


def written(folder: Path, text: str | bytes, name: str = "document.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_scalars_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    text = "a: =\nb: 2026-01-02\nc: on\nd: 1:30\ne: 010\nf: '1'\ng: !!str 1\n"
    text += "h: 0x1F\ni: 1.5e3\nj: ~\nk: true\nl:\nm: 2026-01-02T03:04:05Z\n"
    assert loader.read(written(tmp_path, text)) == {
        "a": "=", "b": "2026-01-02", "c": "on", "d": "1:30", "e": 10, "f": "1", "g": "1", "h": 31, "i": 1500.0,
        "j": None, "k": True, "l": None, "m": "2026-01-02T03:04:05Z",
    }  # fmt: skip


def test_keys_stay_text(tmp_path: Path) -> None:
    assert loader.read(written(tmp_path, "200: ok\ntrue: yes\nnull: no\n")) == {
        "200": "ok",
        "true": "yes",
        "null": "no",
    }


def test_ambiguous_scalars_are_found_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "a: =\nb: 2026-01-02\nc: 'no'\nd: no\ne: 12\nf: [2026-01-02T03:04:05Z]\n")
    found = sorted(loader.ambiguous_scalars(path))
    assert found == [(1, "=", "value"), (2, "2026-01-02", "timestamp"), (4, "no", "bool"),
                     (6, "2026-01-02T03:04:05Z", "timestamp")]  # fmt: skip


def test_a_merge_key_gives_way_to_the_mapping_itself(tmp_path: Path) -> None:
    text = "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n"
    assert loader.read(written(tmp_path, text))["use"] == {"x": 1, "y": 3}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join(f'*{old}' for _ in range(9))}]\n"
    for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)

HOSTILE: dict[str, tuple[str, str | bytes, str]] = {
    "duplicate key in YAML": ("x.yaml", "a: 1\nb: 2\na: 3\n", "x.yaml:3"),
    "duplicate key in JSON": ("x.json", '{"a": 1,\n "b": {"c": 1,\n "c": 2}}', "x.json:3"),
    "alias bomb": ("x.yaml", BOMB, "x.yaml:"),
    "alias of itself": ("x.yaml", "a: &a\n  - *a\n", "x.yaml:1"),
    "unknown alias": ("x.yaml", "a: 1\nb: *nobody\n", "x.yaml:2"),
    "not UTF-8": ("x.yaml", b"a: \xff\xfe\n", "x.yaml"),
    "UTF-16": ("x.json", '{"a": 1}'.encode("utf-16"), "x.json"),
    "empty": ("x.yaml", "", "x.yaml"),
    "only a comment": ("x.yaml", "# nothing\n", "x.yaml"),
    "empty JSON": ("x.json", "", "x.json:1"),
    "NUL bytes": ("x.yaml", "a: \x00\n", "x.yaml"),
    "NUL bytes in JSON": ("x.json", '{"a": \x00}', "x.json:1"),
    "NaN in JSON": ("x.json", '{"a": NaN}', "x.json"),
    "deep YAML": ("x.yaml", "[" * 5_000 + "]" * 5_000, "x.yaml"),
    "deep JSON": ("x.json", "[" * 200_000 + "]" * 200_000, "x.json"),
    "two documents": ("x.yaml", "a: 1\n---\nb: 2\n", "x.yaml:2"),
    "a tab for indentation": ("x.yaml", "a:\n\tb: 1\n", "x.yaml:2"),
    "a list for a key": ("x.yaml", "? [a, b]\n: 1\n", "x.yaml:1"),
    "half a character": ("x.json", '{"a": "\\\\ud800",\n "b": "\\ud83d\\ude00 \\uDE00"}', "x.json:2"),
    "a number without end": ("x.json", '{"a": ' + "9" * 5_000 + "}", "x.json"),
    "a number without end in YAML": ("x.yaml", "a: " + "9" * 5_000, "x.yaml"),
    "broken JSON": ("x.json", '{"a": 1,\n "b": }', "x.json:2"),
    "control characters": ("x.yaml", "a: \x07\n", "x.yaml"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_with_its_place_and_a_remedy(name: str, tmp_path: Path) -> None:
    file, text, place = HOSTILE[name]
    with pytest.raises(DocumentError) as caught:
        loader.read(written(tmp_path, text, file))
    assert place in caught.value.where
    assert caught.value.remedy


def test_a_file_of_50_mib_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(DocumentError, match="50 MiB"):
        loader.read(path)


def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(DocumentError, match="no regular file"):
        loader.read(tmp_path / "pipe.yaml")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.yaml", tmp_path):
        with pytest.raises(DocumentError, match="cannot be read"):
            loader.read(path)


def test_duplicate_keys_can_be_collected_and_the_later_one_counts(tmp_path: Path) -> None:
    for name, text in (("x.yaml", "a: 1\nb: 2\na: 3\n"), ("x.json", '{"a": 1,\n"b": 2,\n"a": 3}')):
        duplicates: list[loader.DuplicateKey] = []
        assert loader.read(written(tmp_path, text, name), duplicates) == {"a": 3, "b": 2}
        assert [(one.key, one.line, one.earlier) for one in duplicates] == [("a", 3, 1)]


def test_lines_are_those_of_the_value_or_its_nearest_parent(tmp_path: Path) -> None:
    path = written(tmp_path, "a:\n  b:\n  - x\n  - y: 1\n")
    lines = loader.Lines(path)
    assert [lines.of(at) for at in ((), ("a",), ("a", "b", "1"), ("a", "b", "1", "y"), ("a", "zzz"))] == [1, 2, 4, 4, 2]
    assert loader.line_of(path, ("a", "b", "0")) == 3


texts = st.text(string.printable, max_size=12)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(plain)
def test_what_json_writes_is_read_back_alike_from_both_forms(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    folder = tmp_path_factory.mktemp("round")
    text = json.dumps(value)
    assert loader.read(written(folder, text, "x.json")) == value
    assert loader.read(written(folder, text, "x.yaml")) == value


@settings(max_examples=300)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`#,?= \n\t0123\x00\x85\ufeff", max_size=60) | st.binary(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str | bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("x.yaml", "x.json"):
        try:
            loader.read(written(folder, text, name))
        except DocumentError as error:
            refused = error
            assert name in refused.where
            assert refused.remedy


def test_what_stock_yaml_writes_is_read_back(tmp_path: Path) -> None:
    value = {"date": "2026-01-02", "equals": "=", "on": "on", "number": "12", "list": [1, None, True, 2.5]}
    assert loader.read(written(tmp_path, yaml.safe_dump(value))) == value


@pytest.mark.parametrize("name", ["deep.json", "deep.yaml"])
def test_both_forms_nest_to_the_same_depth(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('{"a": ' * 199 + "1" + "}" * 199)
    assert isinstance(loader.read(path), dict)
    path.write_text('{"a": ' * 400 + "1" + "}" * 400)
    with pytest.raises(DocumentError, match="nests deeper than 200 levels"):
        loader.read(path)
