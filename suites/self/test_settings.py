"""Settings take what is right, say what is wrong and where, and never hold or show a secret that is not theirs to."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from configured import ENVIRON, PLAIN, load, refused, resolved, target
from hypothesis import given
from hypothesis import strategies as st

from harness import settings
from harness.errors import UsageError
from harness.planning.run_options import RunOptions
from harness.planning.targets import targets_of, with_secrets
from harness.settings import CONFIG
from harness.target_keys import KEYS
from harness.tokens.store_place import StorePlace

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


def test_a_file_gives_targets_by_name(tmp_path: Path) -> None:
    found = load(tmp_path, BOTH)
    acme, desk = found.targets["acme"], found.targets["desk"]
    assert (acme.vendor, acme.base_url, acme.org, acme.quota) == (
        "zendesk",
        "https://acme.zendesk.example",
        "acme.zendesk.example",
        200,
    )
    assert (acme.credentials.kind, acme.credentials.user) == ("basic", "me@example.com/token")
    assert (desk.org_id, desk.quota, desk.disposable, desk.token_url) == ("4242", 60, True, "https://accounts.zoho.com")
    assert found.config == tmp_path / CONFIG
    complete = with_secrets(found.targets, found)
    assert complete["acme"].credentials.secret == "s3cret-1"
    assert complete["desk"].credentials.secrets == ("s3cret-2", "s3cret-3")


def test_no_file_means_no_targets(tmp_path: Path) -> None:
    assert settings.load(tmp_path, {}).targets == {}
    with pytest.raises(UsageError, match="unknown target 'acme'") as caught:
        settings.pick(settings.load(tmp_path, {}), "acme")
    assert "embedded" in caught.value.remedy


def test_no_secret_shows_in_a_repr(tmp_path: Path) -> None:
    found = load(tmp_path, BOTH)
    shown = repr(found) + repr(with_secrets(found.targets, found))
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


def test_secrets_are_read_of_the_chosen_targets_alone(tmp_path: Path) -> None:
    text = target() + "\n" + target(secret_env="NOT_SET").replace("acme", "other")
    assert resolved(tmp_path, text).credentials.secret == "s3cret-1"
    with pytest.raises(UsageError, match="NOT_SET"):
        resolved(tmp_path, text, name="other")


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
        found = settings._plain_url(f"https://{text}")
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


@pytest.mark.parametrize("word", ["true", "false"])
def test_true_makes_an_org_disposable(tmp_path: Path, word: str) -> None:
    assert (
        load(tmp_path, f"{target()}\ndisposable = {word}").targets["acme"].disposable
        is tomllib.loads(f"x = {word}")["x"]
    )


@pytest.mark.parametrize("word", ['"true"', "1", '"yes"', "[]", "1.0"])
def test_what_is_neither_true_nor_false_is_refused(tmp_path: Path, word: str) -> None:
    assert "neither true nor false" in refused(tmp_path, f"{target()}\ndisposable = {word}").what


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ["[]", "{a = 1}", "1979-05-27", "nan", "true", "-1"])
def test_a_value_of_a_wrong_kind_is_refused_at_its_line(tmp_path: Path, key: str, value: str) -> None:
    if (key, value) == ("disposable", "true"):
        return
    lines = [line for line in target().splitlines() if not line.startswith(f"{key} ")]
    error = refused(tmp_path, "\n".join([*lines, f"{key} = {value}"]))
    assert f"`{key}`" in error.what
    assert error.where == f"{tmp_path / CONFIG}:{len(lines) + 1} [targets.acme]"


def test_an_error_names_the_line_of_the_key(tmp_path: Path) -> None:
    error = refused(tmp_path, f"# orgs\n\n{target(quota=-1)}")
    assert error.where == f"{tmp_path / CONFIG}:8 [targets.acme]"


ZOHO = """
[targets.acme]
vendor = "zoho"
auth = "zoho"
client_id = "1000.ABC"
client_secret_env = "ZOHO_SECRET"
secret_env = "ZOHO_TOKEN"
"""
CENTRES = ("zoho.com", "zoho.eu", "zoho.in", "zoho.com.au", "zoho.jp", "zoho.sa", "zoho.com.cn", "zoho.sg", "zoho.ae",
           "zohocloud.ca")  # fmt: skip


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_the_token_host_is_that_of_the_data_centre(tmp_path: Path, centre: str, spelling: Callable[[str], str]) -> None:
    base_url = f'base_url = "https://{spelling(f"desk.{centre}")}"\n'
    assert load(tmp_path, ZOHO + base_url).targets["acme"].token_url == f"https://accounts.{centre}"
    written = f'token_url = "https://accounts.{centre}/"\n'
    assert load(tmp_path, ZOHO + base_url + written).targets["acme"].token_url == f"https://accounts.{centre}"


@given(st.sampled_from(CENTRES), st.sampled_from([*CENTRES, "zoho.uk", "example.com"]))
def test_a_token_host_of_another_data_centre_is_refused(centre: str, other: str) -> None:
    text = f'{ZOHO}base_url = "https://desk.{centre}"\ntoken_url = "https://accounts.{other}"\n'
    with TemporaryDirectory() as folder:
        if centre == other:
            assert load(Path(folder), text).targets["acme"].token_url == f"https://accounts.{centre}"
            return
        error = refused(Path(folder), text)
    assert "is not of the data centre" in error.what
    assert f"Leave token_url out: it is https://accounts.{centre}" in error.remedy
    assert (f'base_url = "https://desk.{other}"' in error.remedy) is (other in CENTRES)
    assert ":9 " in error.where


@pytest.mark.parametrize("host", ["http://127.0.0.1:8080/zoho", "https://desk.example.com"])
def test_the_token_host_of_an_own_server_is_the_one_that_is_written(tmp_path: Path, host: str) -> None:
    text = f'{ZOHO}base_url = "{host}"\ntoken_url = "http://127.0.0.1:9/accounts"'
    assert load(tmp_path, text).targets["acme"].token_url == "http://127.0.0.1:9/accounts"


@pytest.mark.parametrize("org_id", ["", " ", "abc", " 730000001", "730000001 ", "7e8", "-1", "+1", "1.0", "٧٣", "7\n",
                                    "7_0", "0x1f", "1" * 21, "７３"])  # fmt: skip
def test_an_org_id_that_is_no_number_is_refused(tmp_path: Path, org_id: str) -> None:
    error = refused(tmp_path, f'{ZOHO}base_url = "https://desk.zoho.eu"\norg_id = {json.dumps(org_id)}')
    assert "not digits alone" in error.what
    assert "org_id" in error.what


@pytest.mark.parametrize("org_id", ['"730000001"', "730000001", '"0073"', "0"])
def test_an_org_id_of_digits_is_taken(tmp_path: Path, org_id: str) -> None:
    found = load(tmp_path, f'{ZOHO}base_url = "https://desk.zoho.eu"\norg_id = {org_id}')
    assert found.targets["acme"].org_id == org_id.strip('"')


@pytest.mark.parametrize(("typed", "seconds"), [(None, 7.5), (3.0, 3.0)])
def test_a_target_has_its_own_time_limit_unless_one_is_typed(
    tmp_path: Path, typed: float | None, seconds: float
) -> None:
    found = load(tmp_path, f"{PLAIN}\ntimeout = 7.5")
    options = RunOptions(targets=("acme",), timeout=typed)
    assert targets_of(options, found)["acme"].timeout == seconds


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


def quota_store(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    return load(folder, BOTH + text, ENVIRON | (environ or {})).targets["acme"].quota_store


def test_the_use_of_quotas_is_kept_in_the_state_folder(tmp_path: Path) -> None:
    environ = {"DESKCHECK_STATE": str(tmp_path / "state")}
    assert quota_store(tmp_path, "", environ) == str(tmp_path / "state")
    assert quota_store(tmp_path, '[quota]\nstore = "file"\n', environ) == str(tmp_path / "state")


def test_or_in_a_redis_whose_password_stands_in_no_file(tmp_path: Path) -> None:
    url = "redis://:s3cret@redis.example:6379/0"
    assert quota_store(tmp_path, '[quota]\nstore = "env:QUOTA_URL"\n', {"QUOTA_URL": url}) == url
    assert quota_store(tmp_path, '[quota]\nstore = "rediss://redis.example/1"\n') == "rediss://redis.example/1"
    assert "s3cret" not in repr(load(tmp_path, BOTH + '[quota]\nstore = "env:U"\n', ENVIRON | {"U": url}))


@pytest.mark.parametrize(
    "text",
    ["[quota]\nstore = 5", '[quota]\nstore = "http://s3cret@host"', '[quota]\nstore = "env:MISSING"',
     "[quota]\nplace = 1",
     '[quota]\nstore = ""', '[quota]\nstore = "redis://"'],
)  # fmt: skip
def test_a_store_that_is_none_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        quota_store(tmp_path, text + "\n")
    assert "s3cret" not in str(raised.value)


def test_a_quota_that_is_given_is_a_ceiling_and_one_that_is_not_is_learned(tmp_path: Path) -> None:
    targets = load(tmp_path, BOTH, ENVIRON).targets
    assert (targets["acme"].quota, targets["acme"].learns_quota) == (200, True)
    assert (targets["desk"].quota, targets["desk"].learns_quota) == (60, False)


OAUTH = {"auth": "oauth", "client_id": "deskcheck", "client_secret_env": "ZOHO_SECRET", "secret_env": None}


def test_an_oauth_client_gets_its_tokens_from_the_org_itself(tmp_path: Path) -> None:
    acme = resolved(tmp_path, target(**OAUTH, scope="read tickets:write"))
    assert acme.token_url == acme.base_url == "https://acme.example"
    assert acme.credentials.scope == "read tickets:write"
    assert acme.credentials.secrets == ("s3cret-3",)


def test_a_first_refresh_token_needs_no_client_secret(tmp_path: Path) -> None:
    first = {"auth": "oauth_refresh", "client_id": "deskcheck"}
    assert resolved(tmp_path, target(**first)).credentials.secret == "s3cret-1"
    assert "secret_env" in refused(tmp_path, target(**first, secret_env=None)).what
    assert "client_id" in refused(tmp_path, target(auth="oauth_refresh")).what
    assert "client_secret_env" in refused(tmp_path, target(**OAUTH | {"client_secret_env": None})).what


def test_a_kind_that_asks_for_no_token_has_no_token_host_at_the_org(tmp_path: Path) -> None:
    assert load(tmp_path, target()).targets["acme"].token_url == ""


def test_tokens_are_kept_where_the_file_says(tmp_path: Path) -> None:
    state = {"DESKCHECK_STATE": str(tmp_path / "state"), "URL": "redis://:s3cret-4@cache.example/0"}
    kept = load(tmp_path, target(), ENVIRON | state)
    assert kept.tokens == kept.targets["acme"].tokens == StorePlace("file", tmp_path / "state" / "tokens")
    shared = load(tmp_path, '[tokens]\nstore = "env:URL"\n' + target(), ENVIRON | state).targets["acme"].tokens
    assert shared.address == ("cache.example", 6379)
    assert "s3cret-4" not in repr(shared)
    assert "[tokens]" in refused(tmp_path, '[tokens]\nstore = "disk"\n').where
    assert "s3cret-4" not in str(refused(tmp_path, '[tokens]\nstore = "redis://:s3cret-4@cache.example/0"\n'))


def test_runs_are_kept_beside_the_file_or_where_it_says(tmp_path: Path) -> None:
    assert load(tmp_path, "").reports == tmp_path / "reports"
    assert load(tmp_path, 'report_dir = "out/desk"\n').reports == tmp_path / "out" / "desk"
    assert load(tmp_path, 'report_dir = "/srv/reports"\n').reports == Path("/srv/reports")


@pytest.mark.parametrize("value", ['""', "5", "[]", '"a\\u0000b"'])
def test_a_folder_of_runs_that_is_none_is_refused_with_its_line(value: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, f"# a comment\nreport_dir = {value}\n")
    assert caught.value.where == f"{tmp_path / CONFIG}:2"


def test_suites_and_specs_are_found_from_the_file_on(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "specs").mkdir()
    found = load(tmp_path, 'suites = ["tests"]\nspecs = "specs/"\n')
    assert (found.suites, found.specs) == ((tmp_path / "tests",), tmp_path / "specs")
    assert (load(tmp_path, "").suites, load(tmp_path, "").specs) == ((), None)


@pytest.mark.parametrize("text", [
    'suites = "tests"', "suites = [1]", 'suites = ["nowhere"]',
    "specs = 1", 'specs = "nowhere"', 'specs = "deskcheck.toml"',
])  # fmt: skip
def test_what_is_no_folder_is_told_with_file_and_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as wrong:
        load(tmp_path, f"# ours\n{text}\n")
    assert wrong.value.where.endswith("deskcheck.toml:2")
    assert wrong.value.remedy
