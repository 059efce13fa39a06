"""A third vendor, defined here alone: planned, gated, run and reported without a change anywhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from harness import shipped, vendors
from harness.cli.main import main
from harness.exchange import Request
from harness.masking import MASK
from harness.policy.permit import Permit
from harness.report.curl import curl
from harness.results import archive
from harness.risk.tier import Tier
from harness.target import Target
from harness.vendors import VENDORS
from harness.vendors.evidence import Proof, by_flag
from harness.vendors.vendor import AuthKind, PageStyle, Paging, QuotaConvention, SandboxProof, Vendor

SECRET = "toy-key-0123456789"


class Key(httpx.Auth):
    """The vendor's own scheme."""

    def __init__(self, target: Target) -> None:
        self.secret = target.credentials.secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Toy-Key {self.secret}"
        yield request


def following(query: str, body: Any, rows: int) -> str:
    return f"after={body['next']}" if isinstance(body, dict) and body.get("next") else ""


TOY = Vendor(
    name="toybox",
    title="Toybox",
    product="Toybox Cloud",
    example_url="https://toys.example.com",
    api_prefix="/v9/",
    auth_kinds=(AuthKind("key", Key, secrets=frozenset({"secret_env"})),),
    impossible_ids={"integer": "0", "string": "toy-none"},
    paging=Paging(lambda declared: "", following, ("after",), 10, (PageStyle("after", str, following),)),
    quota=QuotaConvention("marbles", ("marbles-left",), cost=lambda method, path: 2),
    curl_variables=("TOY_OWNER", "TOY_KEY"),
    whoami="/v9/me",
    word_kinds={"toy": "record"},
)
PROVEN = replace(TOY, proof=SandboxProof("/v9/me", lambda body, target: by_flag(body.get("playroom"), "playroom")))
"""The same vendor, once it has said how an org proves to be a sandbox."""


TEXT = {"type": "string", "minLength": 1, "maxLength": 40}
RECORD = {"type": "object", "required": ["id", "name", "created_at"],
          "properties": {"id": {"type": "string"}, "name": TEXT, "created_at": {"type": "string"}}}  # fmt: skip
SENT = {"type": "object", "required": ["name"], "properties": {"name": TEXT}, "additionalProperties": False}
NAMED = {"name": "toyId", "in": "path", "required": True, "schema": {"type": "string"}}
OWNER = {"type": "object", "required": ["id", "playroom"],
         "properties": {"id": {"type": "string"}, "playroom": {"type": "boolean"}}}  # fmt: skip
LIST = {"type": "object", "required": ["toys"],
        "properties": {"toys": {"type": "array", "items": RECORD}}}  # fmt: skip


def answer(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
    described = {"description": "", "content": {"application/json": {"schema": schema}}}
    refusals = {code: {"description": ""} for code in ("400", "401", "404", "405")}
    return {status: described if schema else {"description": ""}} | refusals


def sent() -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": SENT}}}


DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Toybox", "version": "9"},
    "paths": {
        "/v9/me": {"get": {"operationId": "getMe", "responses": answer(OWNER)}},
        "/v9/toys": {
            "get": {"operationId": "listToys", "responses": answer(LIST)},
            "post": {"operationId": "createToy", "requestBody": sent(), "responses": answer(RECORD, "201")},
        },
        "/v9/toys/{toyId}": {
            "parameters": [NAMED],
            "get": {"operationId": "getToy", "responses": answer(RECORD)},
            "put": {"operationId": "updateToy", "requestBody": sent(), "responses": answer(RECORD)},
            "delete": {"operationId": "deleteToy", "responses": answer(None, "204")},
        },
    },
}


class Toybox(ThreadingHTTPServer):
    """The vendor's server: `toys` by id, and every request that came as (method, path, authorization)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.toys = {"toy-1": {"id": "toy-1", "name": "top", "created_at": "2020-01-01T00:00:00Z"}}
        self.made = 1
        self.came: list[tuple[str, str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    """One request: the operations of `DOCUMENT`, a 401 to strangers, a 400 to bodies that it forbids."""

    server: Toybox
    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        signed = self.headers.get("Authorization", "")
        path = self.path.partition("?")[0]
        self.server.came.append((self.command, path, signed))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.reply(*(self.act(path, body) if signed == f"Toy-Key {SECRET}" else (401, None)))

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = handle_any  # noqa: N815

    def act(self, path: str, body: bytes) -> tuple[int, Any]:
        toys, (kind, _, toy) = self.server.toys, path.removeprefix("/v9/").partition("/")
        if kind == "me":
            return 200, {"id": "owner-1", "playroom": True}
        if kind != "toys" or (toy and toy not in toys):
            return 404, None
        if self.command == "GET":
            return 200, toys[toy] if toy else {"toys": list(toys.values())}
        if self.command == "DELETE" and toy:
            del toys[toy]
            return 204, None
        name = self.name_in(body)
        if name is None or self.command != ("PUT" if toy else "POST"):
            return 400, None
        if toy:
            toys[toy] = toys[toy] | {"name": name}
            return 200, toys[toy]
        self.server.made += 1
        ident = f"toy-{self.server.made}"
        toys[ident] = {"id": ident, "name": name, "created_at": now()}
        return 201, toys[ident]

    def name_in(self, body: bytes) -> str | None:
        try:
            fields = json.loads(body)
        except ValueError:
            return None
        name = fields.get("name") if isinstance(fields, dict) and set(fields) == {"name"} else None
        return name if isinstance(name, str) and 1 <= len(name) <= 40 else None

    def reply(self, status: int, value: Any) -> None:
        raw = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        if raw:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@pytest.fixture
def server() -> Iterator[Toybox]:
    with Toybox() as running:
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def words(server: Toybox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that name the org and the document; both are in the current folder."""
    (tmp_path / "deskcheck.toml").write_text(
        f'[targets.toys]\nvendor = "toybox"\nbase_url = "{server.url}"\nauth = "key"\nsecret_env = "TOY_KEY"\n'
        'disposable = true\norg = "toys"\n'
    )
    (tmp_path / "toys.json").write_text(json.dumps(DOCUMENT))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOY_KEY", SECRET)
    monkeypatch.setenv("DESKCHECK_CACHE", str(tmp_path / "cache"))
    return ["--target", "toys", "--document", "toys.json", "--vendor", "toybox"]


@pytest.fixture
def toy() -> Iterator[Vendor]:
    with vendors.register(TOY) as vendor:
        yield vendor


@pytest.fixture
def run(tmp_path: Path, words: list[str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run("run", "--allow", "write", proven=True)` is the whole command in a process of its own."""

    def call(*more: str, proven: bool) -> subprocess.CompletedProcess[str]:
        environ = os.environ | {"PYTHONPATH": str(shipped.root()), "TOY_PROVEN": "1" if proven else ""}
        command = [sys.executable, __file__, "run", *words, "--workers", "1", "--budget", "6", *more]
        return subprocess.run(
            [*command, "--report-dir", str(tmp_path / "report")], capture_output=True, text=True, env=environ
        )

    return call


NEVER = "Toybox Cloud has not said how an org proves to be a sandbox"


def test_it_is_known_while_it_is_registered_and_its_name_is_its_own() -> None:
    with vendors.register(TOY):
        assert VENDORS["toybox"] is TOY
        with pytest.raises(ValueError, match="toybox"), vendors.register(PROVEN):
            pass
    assert "toybox" not in VENDORS


def test_its_operations_are_planned_and_without_a_proof_all_but_reads_are_refused(toy, words, capsys):
    assert main(["plan", "--json", *words]) == 0
    plan = json.loads(capsys.readouterr().out)
    rows = {row["operation_id"]: (row["tier"], row["decision"]) for row in plan["operations"]}
    assert rows == {
        "getMe": ("read", "run"),
        "listToys": ("read", "run"),
        "getToy": ("read", "run"),
        "createToy": ("write", "refused"),
        "updateToy": ("write", "refused"),
        "deleteToy": ("destructive", "refused"),
    }
    reasons = {row["reason"] for row in plan["operations"] if row["decision"] == "refused"}
    assert all(NEVER in reason for reason in reasons)
    # Each case costs two; not all of them are expected to be made and sent.
    cases = plan["estimate"]["parts"]["toybox"]["cases"]
    assert cases["requests"] <= 3 * 20
    assert 0 < cases["credits"] == pytest.approx(2 * cases["expected"], abs=1)
    assert cases["credits"] <= plan["estimate"]["credits"]["toybox"]


@pytest.mark.parametrize("more", [
    ["--allow", "read,write"], ["--allow", "write", "--confirm", "toys"], ["--allow-operation", "toybox:createToy"],
    ["--allow", "destructive", "--confirm", "toys"],
])  # fmt: skip
def test_asking_for_more_is_refused_though_the_org_is_disposable_and_confirmed(toy, words, more, capsys):
    """Neither the plan nor the run begins, and the org is not asked anything."""
    for command in ("plan", "run"):
        assert main([command, *words, *more]) == 3
        said = capsys.readouterr().err
        assert NEVER in said
        assert "only ever read" in said
        assert "--allow read" in said


def test_with_a_proof_it_is_permitted_as_every_vendor_is(words, capsys):
    with vendors.register(PROVEN):
        assert main(["plan", "--json", "--allow", "read,write", *words]) == 0
        plan = json.loads(capsys.readouterr().out)
        assert {row["tier"] for row in plan["operations"] if row["decision"] == "run"} == {"read", "write"}


def test_a_whole_run_without_a_proof_only_reads(run, server, tmp_path):
    done = run(proven=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {method for method, *_ in server.came} == {"GET"}
    assert ("GET", "/v9/toys", f"Toy-Key {SECRET}") in server.came
    result = archive.load(tmp_path / "report")
    assert result.permit["toybox"]["proof"] == "unprovable"
    assert result.permit["toybox"]["reasons"] == [NEVER]
    assert {one.key for one in result.outcomes if one.cases} == {"toybox:getMe", "toybox:listToys", "toybox:getToy"}
    for report in ("index.html", "summary.md"):
        shown = (tmp_path / "report" / report).read_text()
        assert "Toybox" in shown
        assert NEVER in shown
    assert "Toybox" in done.stdout


def test_a_whole_run_with_a_proof_makes_records_and_takes_them_back(run, server, tmp_path):
    done = run("--allow", "read,write", proven=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"POST", "PUT", "DELETE"} <= {method for method, *_ in server.came}
    assert list(server.toys) == ["toy-1"]
    assert server.toys["toy-1"]["name"] == "top"
    result = archive.load(tmp_path / "report")
    assert result.permit["toybox"]["reasons"] == ["playroom is true"]
    assert result.leftovers == ()


def test_its_auth_kinds_are_its_own(toy, words, tmp_path, capsys):
    config = tmp_path / "deskcheck.toml"
    config.write_text(config.read_text().replace('auth = "key"', 'auth = "basic"'))
    assert main(["plan", *words]) == 2
    assert "auth 'basic' is none of toybox's" in (said := capsys.readouterr().err)
    assert "Use one of: key." in said


def test_it_has_no_embedded_sandbox(toy, words, capsys):
    assert main(["plan", *words[2:]]) == 2
    assert "no embedded sandbox of Toybox Cloud" in capsys.readouterr().err


def test_a_doctor_says_that_only_reading_is_allowed_and_asks_nothing_that_no_document_knows(toy, words, server, capsys):
    assert main(["doctor", "--target", "toys"]) == 3
    lines = {line[9:23].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert lines["credentials"].startswith("ok")
    assert lines["login"].startswith("unknown")
    assert lines["sandbox proof"].startswith("problem")
    assert NEVER in lines["sandbox proof"]
    assert server.came == []


def test_a_doctor_asks_a_vendor_with_a_proof(words, server, capsys):
    with vendors.register(PROVEN):
        assert main(["doctor", "--target", "toys"]) == 0
    said = capsys.readouterr().out
    assert "playroom is true" in said
    assert "no header says" in said
    assert set(server.came) == {("GET", "/v9/me", f"Toy-Key {SECRET}")}


def test_a_command_to_send_again_names_its_variables(toy):
    request = Request("GET", "https://toys.example.com/v9/me", (("authorization", f"Toy-Key {MASK}"),))
    assert "$TOY_KEY" in curl(request, "toybox")


def test_a_document_is_recognised_by_its_paths(toy, words, capsys):
    assert main(["specs", "diff", "toys.json", "toys.json"]) == 0
    assert "0 changes" in capsys.readouterr().out


def test_no_permit_made_by_hand_lets_more_than_reads_out() -> None:
    permit = Permit(frozenset(Tier), frozenset({"toybox:createToy"}), Proof.UNPROVABLE)
    assert [tier for tier in Tier if permit.allows(tier, "toybox:createToy")] == [Tier.READ]


if __name__ == "__main__":
    with vendors.register(PROVEN if os.environ.get("TOY_PROVEN") else TOY):
        sys.exit(main(sys.argv[1:]))
