"""deskcheck doctor: each line on a healthy org, and each illness with its remedy and exit code."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from functools import partial

import httpx
import pytest
from moved_time import MovedTime, wait_in

from harness.cli.main import main
from harness.execution import connect
from harness.transport import client

ACME = """
[targets.acme]
vendor = "zendesk"
base_url = "https://acme.example.com"
auth = "basic"
secret_env = "HELP_TOKEN"
"""
DESK = """
[targets.desk]
vendor = "zoho"
base_url = "https://desk.example.com"
token_url = "https://accounts.example.com"
auth = "zoho"
client_id = "client"
secret_env = "DESK_TOKEN"
client_secret_env = "DESK_CLIENT"
"""
USER = 'user = "robin@example.com/token"\n'


@pytest.fixture(autouse=True)
def own_time(tmp_path, monkeypatch):
    """What one test spends of a quota, no other one waits for; and none waits in real time."""
    monkeypatch.setenv("DESKCHECK_STATE", str(tmp_path / "state"))
    wait_in(MovedTime(), monkeypatch)


@pytest.fixture
def org(configure, monkeypatch):
    """`org(account={...}, config="...")` is a Zendesk that answers what it is told; nothing leaves the machine."""

    def answer(
        *,
        sandbox: object = True,
        user: object = 7,
        status: int = 200,
        skew: float = 0,
        config: str = "",
        **headers: str,
    ) -> None:
        bodies = {
            "/api/v2/account": {"account": {"sandbox": sandbox}},
            "/api/v2/users/me": {"user": {"id": user, "role": "admin"}},
        }

        def network(request: httpx.Request) -> httpx.Response:
            stamp = {"date": formatdate(time.time() + skew, usegmt=True)}
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return httpx.Response(status, json=bodies[request.url.path], headers=stamp | named)

        configure(ACME + USER + config)
        monkeypatch.setattr(connect, "open_client", partial(client.connect, network=httpx.MockTransport(network)))

    return answer


@pytest.fixture
def doctor(capsys):
    """`doctor("acme")` gives the exit code, and the lines by name."""

    def examine(target: str) -> tuple[int, dict[str, str]]:
        code = main(["doctor", "--target", target])
        lines = capsys.readouterr().out.splitlines()
        found: dict[str, str] = {}
        for line in lines:
            name = line[9:23].strip() or max(found, key=list(found).index)
            found[name] = f"{found.get(name, '')} {line[:9].strip()} {line[23:].strip()}".strip()
        return code, found

    return examine


ALL = ["configuration", "credentials", "login", "sandbox proof", "scopes", "clock", "quota"]


@pytest.mark.parametrize("target", ["help", "bearer"])
def test_a_healthy_zendesk_has_a_line_each(orgs, doctor, target):
    code, lines = doctor(target)
    assert code == 0
    assert list(lines) == ALL
    assert "problem" not in {line.split()[0] for line in lines.values()}
    assert lines["login"].endswith("role admin")
    assert "account.sandbox is true" in lines["sandbox proof"]


def test_a_healthy_zoho_desk_has_an_organisation_too(orgs, doctor):
    code, lines = doctor("desk")
    assert code == 0
    assert list(lines) == [*ALL[:3], "organisation", *ALL[3:]]
    assert lines["organisation"] == "ok 730000001 is Paper Lane"
    assert "isSandboxPortal of org 730000001 is true" in lines["sandbox proof"]
    assert "API credits left" in lines["quota"]


def test_an_api_token_has_a_warning_with_its_date_and_is_no_problem(orgs, doctor):
    code, lines = doctor("help")
    assert code == 0
    assert "warning auth basic is deprecated" in lines["credentials"]
    assert "2027-04-30" in lines["credentials"]
    assert "warning" not in doctor("bearer")[1]["credentials"]


def test_only_reads_are_sent(orgs, sandbox, doctor):
    httpx.post(f"{sandbox.urls['control']}/reset")
    before = httpx.get(f"{sandbox.urls['control']}/state").json()
    doctor("desk")
    arrived = {
        (entry["method"], entry["target"].split("?")[0])
        for entry in httpx.get(f"{sandbox.urls['control']}/journal").json()
    }
    assert {pair for pair in arrived if pair[0] != "GET"} == {("POST", "/zoho-accounts/oauth/v2/token")}
    assert httpx.get(f"{sandbox.urls['control']}/state").json() == before


def test_missing_scopes_are_named(orgs, doctor):
    code, lines = doctor("reader")
    assert code == 2
    assert lines["scopes"].startswith("problem")
    assert "Desk.contacts.READ" in lines["scopes"]
    assert "zoho:" in lines["scopes"]
    assert "Desk.basic.READ" not in lines["scopes"].split(" Ask at consent for: ")[0].split()
    assert "Desk.contacts.READ" in lines["scopes"].split("Ask at consent for: ")[1].split(",")


def test_an_organisation_of_somebody_else_ends_it(orgs, doctor):
    code, lines = doctor("elsewhere")
    assert code == 2
    assert "org_id '7' is none of the token's" in lines["organisation"]
    assert '"730000001" (Paper Lane)' in lines["organisation"]
    assert "scopes" not in lines


def test_a_refresh_token_that_is_none_is_a_wrong_configuration(orgs, doctor):
    code, lines = doctor("wrong")
    assert code == 2
    assert "invalid_code" in lines["connection"]


def test_a_bearer_token_that_is_none_cannot_log_in(orgs, doctor):
    code, lines = doctor("nobody")
    assert code == 2
    assert "invalid_token" in lines["login"]
    assert "sandbox proof" not in lines


def test_an_org_out_of_reach_is_an_outage(orgs, doctor):
    code, lines = doctor("away")
    assert code == 4
    assert lines["connection"].startswith("problem no answer")


def test_an_unknown_target_is_a_wrong_configuration(orgs, doctor):
    code, lines = doctor("acme")
    assert code == 2
    assert "Known targets: embedded, away, bearer" in lines["configuration"]


def test_a_secret_that_is_not_set_is_told(configure, monkeypatch, doctor):
    configure(ACME + USER)
    monkeypatch.delenv("HELP_TOKEN")
    code, lines = doctor("acme")
    assert code == 2
    assert "HELP_TOKEN is not set" in lines["configuration"]


def test_a_password_in_place_of_a_token_is_told(org, configure, doctor):
    org()
    configure(ACME + 'user = "robin@example.com"\n')
    code, lines = doctor("acme")
    assert code == 2
    assert 'user = "MAIL/token"' in lines["credentials"]


def test_nobody_is_no_login(org, doctor):
    org(user=None)
    code, lines = doctor("acme")
    assert code == 2
    assert "anonymous user" in lines["login"]


@pytest.mark.parametrize(("answer", "said"), [
    (httpx.Response(301, headers={"location": "https://real.zendesk.com/x?token=abc"}), "https://real.zendesk.com/x"),
    (httpx.Response(200, html="<p>Sign in</p>"), "text/html, which holds no JSON"),
    (httpx.Response(200, content=b"[" * 100_000), "no JSON"),
])  # fmt: skip
@pytest.mark.parametrize("target", ["acme", "desk"])
def test_what_is_not_the_api_is_told_from_wrong_credentials(configure, monkeypatch, doctor, target, answer, said):
    token = httpx.Response(200, json={"access_token": "a-token"})
    network = httpx.MockTransport(lambda request: token if "/oauth/" in request.url.path else answer)
    configure(ACME + USER + DESK)
    monkeypatch.setattr(connect, "open_client", partial(client.connect, network=network))
    code, lines = doctor(target)
    assert code == 2
    assert said in lines["login"]
    assert "abc" not in lines["login"]


@pytest.mark.parametrize(("flag", "config", "code"), [
    (True, "", 0), (False, "", 3), (None, "", 3), ("perhaps", "", 3), (None, "disposable = true\n", 0),
    (False, "disposable = true\n", 3),
])  # fmt: skip
def test_the_proof_decides_what_is_allowed(org, doctor, flag, config, code):
    org(sandbox=flag, config=config)
    found, lines = doctor("acme")
    assert found == code
    assert json.dumps(flag) in lines["sandbox proof"]


@pytest.mark.parametrize(("status", "code"), [(401, 2), (403, 2), (429, 4), (503, 4)])
def test_a_refusal_is_wrong_and_an_outage_is_not(org, doctor, status, code, monkeypatch):
    monkeypatch.setattr("harness.transport.retry.DEFAULT_WAIT", 0.0)
    org(status=status)
    assert doctor("acme")[0] == code


@pytest.mark.parametrize(("skew", "said"), [(2, "ok"), (-30, "ok"), (300, "problem"), (-300, "problem")])
def test_a_clock_that_is_off_is_told(org, doctor, skew, said):
    org(skew=skew)
    code, lines = doctor("acme")
    assert lines["clock"].startswith(said)
    assert code == (2 if said == "problem" else 0)


def test_a_quota_above_the_orgs_is_told(org, doctor):
    org(config="quota = 700\n", x_rate_limit="400", x_rate_limit_remaining="399")
    code, lines = doctor("acme")
    assert code == 2
    assert "quota is 700, the org allows 400 requests a minute" in lines["quota"]


def test_a_spent_quota_is_an_outage(org, doctor):
    org(x_rate_limit="400", x_rate_limit_remaining="0")
    assert doctor("acme")[0] == 4


def test_an_org_that_says_nothing_of_its_quota_is_unknown(org, doctor):
    org()
    assert doctor("acme")[1]["quota"].startswith("unknown")


def test_the_embedded_sandbox_needs_none(capsys):
    assert main(["doctor", "--target", "embedded"]) == 2
    assert "comes up with each run" in capsys.readouterr().err


def test_no_secret_is_shown(orgs, capsys):
    for target in ("help", "desk", "wrong", "nobody"):
        main(["doctor", "--target", target])
    said = capsys.readouterr()
    assert "sandbox-admin-token" not in said.out + said.err
    assert "refresh-token" not in said.out + said.err


def test_several_targets_are_examined_one_by_one_whatever_the_first_one_lacks(orgs, capsys):
    assert main(["doctor", "--target", "nobody", "--target", "help"]) != 0
    said = capsys.readouterr().out
    assert said.index("nobody:") < said.index("help:")
    assert "proof" in said.partition("help:")[2]


def test_a_program_gets_each_line_of_each_target(orgs, capsys):
    code = main(["doctor", "--json", "--target", "away", "--target", "bearer", "--only", "zendesk:ListGroups"])
    said = json.loads(capsys.readouterr().out)
    assert [section["target"] for section in said["targets"]] == ["away", "bearer"]
    assert (code, said["exit_code"], [section["exit_code"] for section in said["targets"]]) == (4, 4, [4, 0])
    last = said["targets"][0]["lines"][-1]
    assert set(last) == {"name", "state", "obstacle", "message", "remedy", "code"}
    assert (last["name"], last["state"], last["obstacle"], last["code"]) == ("connection", "problem", "connection", 4)


def test_one_target_has_no_heading(orgs, capsys):
    main(["doctor", "--target", "help"])
    assert "help:" not in capsys.readouterr().out


def test_several_targets_have_a_section_each(orgs, capsys):
    assert main(["doctor", "--target", "help", "--target", "bearer"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line in ("help:", "bearer:")] == ["help:", "bearer:"]


def test_scopes_are_held_to_what_this_run_would_send(orgs, doctor, capsys):
    assert main(["doctor", "--json", "--target", "reader", "--only", "zoho:getTickets"]) == 0
    (scopes,) = [
        line for line in json.loads(capsys.readouterr().out)["targets"][0]["lines"] if line["name"] == "scopes"
    ]
    assert (scopes["state"], scopes["message"]) == (
        "ok",
        "all 1 planned operations are covered by Desk.basic.READ Desk.tickets.READ",
    )


def test_a_quota_that_is_too_small_for_this_plan_is_told(orgs, monkeypatch, capsys):
    words = ["doctor", "--json", "--target", "desk", "--only", "zoho:*", "--budget", "20000"]
    assert main(words) == 4
    (quota,) = [line for line in json.loads(capsys.readouterr().out)["targets"][0]["lines"] if line["name"] == "quota"]
    assert quota["obstacle"] == "quota"
    assert "this plan needs" in quota["message"]


def test_a_selection_of_nothing_is_a_wrong_configuration(orgs, capsys):
    assert main(["doctor", "--target", "help", "--only", "nothing"]) == 2
    assert "nothing matches" in capsys.readouterr().out


def test_an_api_token_is_told_when_it_ends(orgs, capsys):
    assert main(["doctor", "--target", "help"]) == 0
    assert "2027-04-30" in capsys.readouterr().out


def test_a_doctor_without_a_target_says_which_option_is_missing(orgs, capsys):
    assert main(["doctor"]) == 2
    assert "--target" in capsys.readouterr().err


def test_a_token_whose_scopes_the_org_names_is_not_probed(org, configure, monkeypatch, capsys):
    token = {"token": {"scopes": ["read", "ticket:write"]}}
    bodies = {"/api/v2/account": {"account": {"sandbox": True}}, "/api/v2/oauth/tokens/current": token,
              "/api/v2/users/me": {"user": {"id": 7, "role": "admin"}}}  # fmt: skip
    asked = []

    def network(request):
        asked.append(request.url.path)
        return httpx.Response(200, json=bodies[request.url.path])

    configure(ACME.replace('"basic"', '"bearer"'))
    monkeypatch.setattr(connect, "open_client", partial(client.connect, network=httpx.MockTransport(network)))
    assert (
        main(["doctor", "--json", "--target", "acme", "--allow", "read,write", "--only", "zendesk:CreateTicket"]) == 2
    )
    lines = json.loads(capsys.readouterr().out)["targets"][0]["lines"]
    strange, missing = [line for line in lines if line["name"] == "scopes"]
    assert (strange["state"], "ticket:write" in strange["message"]) == ("warning", True)
    assert (missing["obstacle"], missing["remedy"]) == ("missing scope", "Ask at consent for: read write")
    assert "write or tickets:write (zendesk:CreateTicket)" in missing["message"]
    assert set(asked) == set(bodies)
