"""Whatever stands in place of a configuration file is told in one line with the place, and never read without end."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import settings
from harness.errors import UsageError
from harness.formats import toml
from harness.formats.toml import lines_of, place_of
from harness.settings import CONFIG

HEAD = '[targets.acme]\nvendor = "zendesk"\nbase_url = "https://acme.example"\n'


def refusal(folder: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        settings.load(folder, {})
    error = caught.value
    assert CONFIG in error.where
    assert error.remedy
    assert "\n" not in error.what + error.where
    assert len(error.what) < 300, "a message of a page's length is not read"
    return error


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        (HEAD + "x = " + "[" * 5000, "deeper", 4),
        (HEAD + "x = " + "[" * 5000 + "]" * 5000, "deeper", 4),
        (HEAD + "x = " + "{a = " * 5000, "deeper", 4),
        ("x = [\n" + "[\n" * 5000, "deeper", 51),
        (HEAD + "quota = " + "1" * 100_000, "digits", 4),
        ("\n\nx = -" + "9" * 100_000, "digits", 3),
        (HEAD + "quota = 0x" + "f" * 100_000, "quota", 0),
        (HEAD + "org_id = 0x" + "f" * 100_000, "org_id", 0),
        (HEAD + "quota = " + "9" * 30, "quota", 0),
        (HEAD + "quota = inf", "quota", 0),
        (HEAD + "quota = nan", "quota", 0),
        (HEAD + "quota = 1.5", "quota", 0),
        (HEAD + "quota = 2024-13-01", "is not TOML", 0),
        (HEAD + "quota = 2024-02-30", "is not TOML", 0),
        (HEAD + "user = 9999-99-99T00:00:00Z", "is not TOML", 0),
        (HEAD + 'vendor = "zoho"', "is not TOML", 0),
        (HEAD + "[targets.acme]", "is not TOML", 0),
        (HEAD + 'user = "a\0"', "is not TOML", 0),
        ("\0", "is not TOML", 0),
        (HEAD + "k" * 500_000 + " = 1", "unknown key", 0),
        (".".join(["a"] * 20_000) + " = 1", "unknown table", 0),
        ("[targets." + "n" * 500_000 + "]\nx = 1", "unknown key", 0),
        ('[targets."a\\nb"]\nx = 1', "unknown key", 0),
        (HEAD.replace("zendesk", "z" * 500_000), "unknown vendor", 0),
        (HEAD + "#" + "x" * toml.MAX_BYTES, "MiB", 0),
    ],
)
def test_a_broken_text_is_told_in_a_line(tmp_path: Path, text: str, says: str, line: int) -> None:
    (tmp_path / CONFIG).write_text(text, encoding="utf-8")
    error = refusal(tmp_path)
    assert says in error.what
    assert not line or error.where.endswith(f"{CONFIG}:{line}")


@pytest.mark.parametrize("data", [b"\x7fELF\xff", HEAD.encode("utf-16"), HEAD.encode() + b"\n# \xe9"])
def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / CONFIG).write_bytes(data)
    error = refusal(tmp_path)
    assert "UTF-8" in error.what
    assert error.where.rpartition(":")[2].isdigit()


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert "acme" in settings.load(tmp_path, {}).targets


@pytest.mark.parametrize("kind", ["folder", "pipe", "/dev/zero", "/dev/urandom", "/nowhere/at/all", CONFIG])
def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / CONFIG
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(kind)
    assert refusal(tmp_path).what.startswith(("is no regular file", "cannot be read"))


@pytest.mark.parametrize("value", ["3", "[1]", "{a = 1}", "true", "2024-01-01", "1.5", "inf"])
@pytest.mark.parametrize("key", ["vendor", "base_url", "auth", "user", "client_id", "token_url", "org", "secret_env"])
def test_a_value_of_another_type_is_told_by_its_key(tmp_path: Path, key: str, value: str) -> None:
    rows = [row for row in HEAD.splitlines() if not row.startswith(f"{key} =")]
    (tmp_path / CONFIG).write_text("\n".join([*rows, f"{key} = {value}"]), encoding="utf-8")
    assert f"`{key}`" in refusal(tmp_path).what


PIECES = st.sampled_from(
    ["[", "]", "{", "}", "=", '"', "'", "\n", ".", "a", "targets", "acme", "1", "-", "inf", "\0", "#", ",", " "]
)


@given(pieces=st.lists(PIECES, max_size=60))
def test_any_text_is_tables_or_a_clear_refusal(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / CONFIG
    path.write_text("".join(pieces), encoding="utf-8")
    with contextlib.suppress(UsageError):
        assert isinstance(toml.tables_of(path), dict)


def test_each_key_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        '# orgs\n[targets."my org"] # here\nvendor = "x"\nlong = """\nvendor = 3\n"""\n"a b" = 1\nc.d = 2\n'
    )
    assert lines_of(path) == {
        ("targets", "my org"): 2,
        ("targets", "my org", "vendor"): 3,
        ("targets", "my org", "long"): 4,
        ("targets", "my org", "a b"): 7,
        ("targets", "my org", "c", "d"): 8,
    }


def test_a_place_is_that_of_the_closest_table(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("[targets.a]\nb = 1\n")
    lines = lines_of(path)
    assert place_of(path, lines, "targets", "a", "b") == f"{path}:2"
    assert place_of(path, lines, "targets", "a", "c") == f"{path}:1"
    assert place_of(path, lines, "other") == str(path)


@given(st.text(alphabet="ab.=[]\"'#\n\r \t\\1", max_size=60))
def test_whatever_is_written_has_lines_within_the_file(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.toml"
        path.write_text(text, encoding="utf-8", newline="")
        assert all(keys and 1 <= line <= text.count("\n") + 1 for keys, line in lines_of(path).items())


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.integers(0, 9), min_size=1))
def test_every_key_of_a_table_is_found_on_its_line(table: dict[str, int]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.toml"
        path.write_text("\n".join(["[x]", *(f"{key} = {value}" for key, value in table.items())]))
        found = lines_of(path)
    assert [found["x", key] for key in table] == list(range(2, len(table) + 2))
