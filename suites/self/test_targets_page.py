"""The examples of docs/targets.md and of the README are taken as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness import settings, shipped
from harness.planning.targets import with_secrets
from harness.settings import CONFIG
from harness.target_keys import KEYS

PAGES = {name: (shipped.root() / name).read_text(encoding="utf-8") for name in ("docs/targets.md", "README.md")}
EXAMPLES = [
    (name, example) for name, page in PAGES.items() for example in re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
]


@pytest.mark.parametrize(("page", "example"), EXAMPLES)
def test_an_example_is_taken_as_it_stands(page: str, example: str, tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(re.sub('command:[^"]*', "command:echo s3cret-1", example), encoding="utf-8")
    (tmp_path / "zoho-refresh-token").write_text("s3cret-2\n")
    (tmp_path / "zoho-refresh-token").chmod(0o600)
    names = re.findall(r"env:(\w+)|_env = \"(\w+)\"", example)
    found = settings.load(tmp_path, {name: "s3cret-3" for pair in names for name in pair if name})
    targets = with_secrets(found.targets, found)
    assert targets
    assert all(target.credentials.secrets for target in targets.values()), page


def test_every_example_was_found() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize(
    "key", ["secret", "client_secret", "proxy", "ca_file", "timeout", "org_id", "org", "token_url"]
)
def test_the_page_tells_what_is_not_plain(key: str) -> None:
    assert key in KEYS
    assert f"`{key}`" in PAGES["docs/targets.md"] or f"`{key} = " in PAGES["docs/targets.md"]
