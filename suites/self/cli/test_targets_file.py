"""deskcheck.toml as somebody writes it: orgs found or refused, secrets by reference, proxies; and what then leaves."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from harness.cli.main import main
from harness.report.formats import FORMATS
from harness.sandbox.process import Running

Configure = Callable[[str], None]
SEVERAL, NOBODY = "1000.sandbox-refresh-token.several", "1000.sandbox-refresh-token.nobody"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test finds an org that another one has chosen."""
    monkeypatch.setenv("DESKCHECK_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def desk(sandbox: Running, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`desk(token="...", more="...")` configures a target of the sandbox, without an org."""

    def write(token: str = SEVERAL, more: str = "", secret: str = 'secret = "env:THE_TOKEN"') -> None:
        httpx.post(f"{sandbox.urls['control']}/reset")
        monkeypatch.setenv("THE_TOKEN", token)
        configure(f"""
[targets.desk]
vendor = "zoho"
base_url = "{sandbox.urls["zoho"]}"
token_url = "{sandbox.urls["accounts"]}"
auth = "zoho"
client_id = "1000.SANDBOXCLIENT0000000000000000"
client_secret_env = "DESK_CLIENT"
{secret}
{more}
""")

    return write


@pytest.fixture
def arrived(sandbox: Running) -> Callable[[], set[str]]:
    """The path of every request of the API that arrived at the sandbox."""

    def journal() -> set[str]:
        targets = (entry["target"] for entry in httpx.get(f"{sandbox.urls['control']}/journal").json())
        return {target.split("?")[0] for target in targets if "/api/v1/" in target}

    return journal


def org_ids(report: Path) -> dict[str, set[str]]:
    """The orgId of every request that a run with --har recorded, by its path; `-` for none."""
    named: dict[str, set[str]] = {}
    for entry in json.loads((report / "exchanges-zoho.har").read_bytes())["log"]["entries"]:
        headers = {header["name"].lower(): header["value"] for header in entry["request"]["headers"]}
        named.setdefault(urlsplit(entry["request"]["url"]).path, set()).add(headers.get("orgid", "-"))
    return named


def run(*words: str) -> int:
    return main(["run", "--target", "desk", "--only", "zoho:getDepartments", "--budget", "2", "--workers", "1", *words])


@pytest.mark.parametrize(
    ("token", "more", "code", "says"),
    [
        (SEVERAL, "", 2, "the credentials are for 3 orgs"),
        (SEVERAL, 'org_id = "7"', 2, "org_id '7' is none of the token's"),
        (SEVERAL, 'org = "Paper Lane"', 2, "2 orgs of the credentials are called"),
        (SEVERAL, 'org = "Nobody Ltd"', 2, "no org of the credentials is called"),
        (NOBODY, 'org_id = "730000001"', 2, "for no org at all"),
        (NOBODY, "", 2, "for no org at all"),
        (SEVERAL, 'org_id = "abc"', 2, "not digits alone"),
    ],
)
def test_a_run_stops_before_its_first_test_where_the_org_is_not_known_beyond_doubt(
    desk, arrived, capsys, tmp_path: Path, token: str, more: str, code: int, says: str
) -> None:
    desk(token, more)
    assert run("--report-dir", str(tmp_path / "report")) == code
    output = capsys.readouterr()
    assert says in output.err + output.out
    assert arrived() <= {"/zoho/api/v1/organizations"}


def test_an_org_is_chosen_by_its_name_told_and_remembered(desk, capsys, state: Path, tmp_path: Path) -> None:
    desk(more='org = "Reed and Sons"')
    assert run("--report-dir", str(tmp_path / "one"), "--har") == 0
    assert "target desk: org 730000003 is Reed and Sons, chosen by its name" in capsys.readouterr().err
    assert org_ids(tmp_path / "one") == {
        "/zoho/api/v1/organizations": {"-"},
        "/zoho/api/v1/departments": {"730000003"},
        "/zoho-accounts/oauth/v2/token": {"-"},
    }
    assert len(list((state / "orgs").iterdir())) == 1
    assert main(["doctor", "--target", "desk"]) == 0
    assert "730000003 is Reed and Sons, chosen before" in capsys.readouterr().out


def test_a_secret_comes_from_a_command_once_and_shows_nowhere(desk, capsys, tmp_path: Path) -> None:
    words = f"import pathlib; pathlib.Path('calls').open('a').write('x'); print('{SEVERAL}')"
    (tmp_path / "give.py").write_text(words)
    desk(token="none", more='org_id = "730000001"', secret=f'secret = "command:{sys.executable} give.py"')
    formats = [f"--format={row.name}" for row in FORMATS]
    assert run("--report-dir", str(tmp_path / "report"), "--har", *formats) == 0
    assert all((tmp_path / "report" / row.file).exists() for row in FORMATS)
    assert (tmp_path / "calls").read_text() == "x"
    output = capsys.readouterr()
    shown = (output.out + output.err).encode()
    shown += b"".join(path.read_bytes() for path in (tmp_path / "report").rglob("*") if path.is_file())
    assert SEVERAL.encode() not in shown


def test_a_secret_of_another_target_is_not_asked_for(desk, capsys) -> None:
    desk(more='org_id = "730000001"\n[targets.other]\nvendor = "zendesk"\nbase_url = "https://a.example"\n'
              'auth = "bearer"\nsecret = "command:/nowhere/at/all"')  # fmt: skip
    assert main(["plan", "--target", "desk"]) == 0
    assert main(["plan", "--target", "other"]) == 2
    assert "cannot be started" in capsys.readouterr().err


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[str]]]:
    """A proxy that wants a login: its port, and the lines of what it was asked."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "transport"))
    from tls_org import proxying

    with proxying("me:hunter2-the-second") as (port, log):
        yield port, log.lines


@pytest.mark.parametrize("own", [True, False])
def test_every_request_goes_by_the_proxy(desk, proxy, monkeypatch: pytest.MonkeyPatch, capsys, own: bool) -> None:
    port, lines = proxy
    monkeypatch.setenv("MY_PROXY" if own else "HTTP_PROXY", f"http://me:hunter2-the-second@127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    desk(more='org_id = "730000001"' + ('\nproxy = "env:MY_PROXY"' if own else ""))
    assert main(["doctor", "--target", "desk"]) == 0
    assert "hunter2-the-second" not in "".join(capsys.readouterr())
    assert any("/oauth/v2/token" in line for line in lines)
    assert any("/api/v1/organizations" in line for line in lines)


def test_a_proxy_that_is_not_there_is_named(desk, capsys) -> None:
    desk(more='org_id = "730000001"\nproxy = "http://127.0.0.1:9"\ntimeout = 5')
    assert main(["doctor", "--target", "desk"]) == 4
    assert "the proxy 127.0.0.1:9 cannot be reached" in capsys.readouterr().out
