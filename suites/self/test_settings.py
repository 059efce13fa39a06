"""Settings take what is right, say what is wrong and where, and never hold or show a secret that is not theirs to."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import settings
from harness.errors import UsageError
from harness.settings import CONFIG, Settings

ENVIRON = {"ZENDESK_TOKEN": "s3cret-1", "ZOHO_TOKEN": "s3cret-2", "ZOHO_SECRET": "s3cret-3"}
BOTH = """
[targets.acme]
vendor = "zendesk"
base_url = "https://acme.zendesk.example/"
auth = "basic"
user = "me@example.com/token"
secret_env = "ZENDESK_TOKEN"

[targets.desk]
vendor = "zoho"
base_url = "https://desk.zoho.example"
auth = "zoho"
client_id = "1000.ABC"
client_secret_env = "ZOHO_SECRET"
secret_env = "ZOHO_TOKEN"
org_id = 4242
quota = 60
disposable = true
"""


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    (folder / CONFIG).write_text(text, encoding="utf-8")
    return settings.load(folder, ENVIRON if environ is None else environ)


def refused(folder: Path, text: str, environ: dict[str, str] | None = None) -> UsageError:
    """The error for a file, which must name the file and a next step."""
    with pytest.raises(UsageError) as caught:
        load(folder, text, environ)
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


def test_a_file_gives_targets_by_name(tmp_path: Path) -> None:
    found = load(tmp_path, BOTH)
    acme, desk = found.targets["acme"], found.targets["desk"]
    assert (acme.vendor, acme.base_url, acme.org, acme.quota) == (
        "zendesk",
        "https://acme.zendesk.example",
        "acme.zendesk.example",
        200,
    )
    assert (acme.credentials.kind, acme.credentials.user, acme.credentials.secret) == (
        "basic",
        "me@example.com/token",
        "s3cret-1",
    )
    assert (desk.org_id, desk.quota, desk.disposable, desk.token_url) == ("4242", 60, True, "https://accounts.zoho.com")
    assert desk.credentials.secrets == ("s3cret-2", "s3cret-3")
    assert found.config == tmp_path / CONFIG


def test_no_file_means_no_targets(tmp_path: Path) -> None:
    assert settings.load(tmp_path, {}).targets == {}
    with pytest.raises(UsageError, match="unknown target 'acme'") as caught:
        settings.pick(settings.load(tmp_path, {}), "acme")
    assert "embedded" in caught.value.remedy


def test_no_secret_shows_in_a_repr(tmp_path: Path) -> None:
    shown = repr(load(tmp_path, BOTH))
    assert "1000.ABC" in shown
    assert not [secret for secret in ENVIRON.values() if secret in shown]


@pytest.mark.parametrize("key", ["secret", "password", "token", "refresh_token", "client_secret", "api_token"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    error = refused(tmp_path, target(**{key: "hunter2"}))
    assert key in error.what
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("secret", ["sk_live_51H8", "1000.8cb99dxx.9be93xx", "s3cret!"])
def test_a_secret_in_place_of_a_variable_is_not_repeated(tmp_path: Path, secret: str) -> None:
    assert secret not in str(refused(tmp_path, target(secret_env=secret)))


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    assert "MY_TOKEN" in refused(tmp_path, target(secret_env="MY_TOKEN")).what
    assert "ZENDESK_TOKEN" in refused(tmp_path, target(), {"ZENDESK_TOKEN": ""}).what
    assert "secret_env" in refused(tmp_path, target(secret_env=None)).what


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://acme.example", "unencrypted"),
        ("http://127.0.0.1.example", "unencrypted"),
        ("ftp://acme.example", "no base URL"),
        ("acme.example", "no base URL"),
        ("", "no base URL"),
        ("https://", "no base URL"),
        ("https://[", "no base URL"),
        ("https://acme.example:99999", "no base URL"),
        ("https://acme.example?a=1", "no base URL"),
        ("https://acme.example#a", "no base URL"),
        ("https://acme .example", "no base URL"),
        ("https://аcme.example", "no base URL"),
        ("https://me:hunter2@acme.example", "no base URL"),
        ("https://acme.example/?token=hunter2", "no base URL"),
        ("https://acme.example/api/v2", "the API's own path"),
        ("https://acme.example/proxy/api/", "the API's own path"),
    ],
)
def test_a_base_url_must_be_plain_and_encrypted(tmp_path: Path, url: str, says: str) -> None:
    error = refused(tmp_path, target(base_url=url))
    assert says in error.what
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/zendesk", "http://localhost", "http://[::1]:9"])
def test_loopback_needs_no_encryption(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, target(base_url=url)).targets["acme"].base_url == url


@given(st.text(max_size=40))
def test_any_text_is_a_url_or_a_clear_refusal(text: str) -> None:
    with contextlib.suppress(UsageError):
        found = settings._url(f"https://{text}", "here")
        assert found.isascii()
        assert found.startswith("https://")
        assert "@" not in found.split("/")[2]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"base_ulr": "https://a.example"}, "base_ulr"),
        ({"vendor": "freshdesk"}, "unknown vendor"),
        ({"vendor": None}, "unknown vendor"),
        ({"auth": "zoho"}, "none of zendesk's"),
        ({"auth": "basic"}, "`user` is missing"),
        ({"vendor": "zoho", "auth": "zoho", "client_secret_env": "ZOHO_SECRET"}, "`client_id` is missing"),
        ({"quota": -1}, "quota"),
        ({"quota": "many"}, "quota"),
        ({"quota": True}, "quota"),
        ({"credits": -1}, "`credits` is -1, not a number of credits a run"),
        ({"credits": "many"}, "credits"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, changes: dict[str, object], says: str) -> None:
    assert says in refused(tmp_path, target(**changes)).what


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[targets.acme", "no TOML"),
        ("targets = 3", "no tables"),
        ("[targets]\nacme = 3", "no tables"),
        ("[target.acme]\nvendor = 'zendesk'", "`target`"),
        ("token = 'hunter2'", "`token`"),
        ("[targets.embedded]\nvendor = 'zendesk'", "embedded"),
    ],
)
def test_a_wrong_file_is_told_apart(tmp_path: Path, text: str, says: str) -> None:
    error = refused(tmp_path, text)
    assert says.replace("no TOML", "is not TOML") in error.what
    assert "hunter2" not in str(error)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        settings.load(tmp_path, {})


@pytest.mark.parametrize("word", ["true", "false", '"true"', "1", '"yes"'])
def test_only_a_plain_true_makes_an_org_disposable(tmp_path: Path, word: str) -> None:
    found = load(tmp_path, f"{target()}\ndisposable = {word}")
    assert found.targets["acme"].disposable is (tomllib.loads(f"x = {word}")["x"] is True)


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"DESKCHECK_CACHE": "/c"}, Path("/c")),
        ({"XDG_CACHE_HOME": "/x"}, Path("/x/deskcheck")),
        ({"DESKCHECK_CACHE": "", "XDG_CACHE_HOME": ""}, Path.home() / ".cache" / "deskcheck"),
    ],
)
def test_the_cache_folder_follows_the_environment(environ: dict[str, str], folder: Path) -> None:
    assert settings.cache_folder(environ) == folder
