"""Configurations for tests: a deskcheck.toml as it is taken or refused, and a table with some values changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import settings
from harness.errors import UsageError
from harness.planning.targets import with_secrets
from harness.settings import CONFIG, Settings
from harness.target import Target

ENVIRON = {"ZENDESK_TOKEN": "s3cret-1", "ZOHO_TOKEN": "s3cret-2", "ZOHO_SECRET": "s3cret-3"}


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    (folder / CONFIG).write_text(text, encoding="utf-8")
    return settings.load(folder, ENVIRON if environ is None else environ)


def resolved(folder: Path, text: str, environ: dict[str, str] | None = None, name: str = "acme") -> Target:
    """A target of a file once it is chosen."""
    found = load(folder, text, environ)
    return with_secrets({"one": settings.pick(found, name)}, found)["one"]


def refused(folder: Path, text: str, environ: dict[str, str] | None = None) -> UsageError:
    """The error for a file once its target is chosen, which must name the file and a next step."""
    with pytest.raises(UsageError) as caught:
        resolved(folder, text, environ)
    assert CONFIG in caught.value.where
    assert caught.value.remedy
    return caught.value


def target(**changes: object) -> str:
    """One target's table with some values changed; None leaves one out."""
    values = {"vendor": "zendesk", "base_url": "https://acme.example", "auth": "bearer", "secret_env": "ZENDESK_TOKEN"}
    rows = ((key, value) for key, value in (values | changes).items() if value is not None)
    words = {True: "true", False: "false"}
    return "[targets.acme]\n" + "\n".join(
        f"{key} = {words[value] if isinstance(value, bool) else repr(value)}" for key, value in rows
    )


PLAIN = target(secret_env=None, auth="none", base_url="https://acme.example")
"""A target that needs no secret."""
