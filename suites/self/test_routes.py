"""How a target is reached: its own proxy and authorities, or the environment's, and what is neither is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import certifi
import pytest
from configured import PLAIN, refused, resolved, target

from harness import settings
from harness.errors import UsageError
from harness.planning.targets import embedded, with_secrets
from harness.target import Proxy

OFF: dict[str, Proxy] = {}


@pytest.mark.parametrize(
    ("key", "environ", "proxies"),
    [
        ("", {}, OFF),
        ("", {"HTTPS_PROXY": "http://p.example:3128"}, {"acme.example:443": Proxy("p.example", 3128)}),
        ("", {"https_proxy": "p.example:3128"}, {"acme.example:443": Proxy("p.example", 3128)}),
        ("", {"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2"}, {"acme.example:443": Proxy("a", 1)}),
        ("", {"HTTP_PROXY": "http://p.example:3128"}, OFF),
        ("", {"HTTPS_PROXY": "http://me:p%40ss@p:1"}, {"acme.example:443": Proxy("p", 1, "me", "p@ss")}),
        ("", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "acme.example"}, OFF),
        ("", {"HTTPS_PROXY": "http://p:1", "no_proxy": "localhost, .example"}, OFF),
        ("", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, OFF),
        ("", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "acme.example:443"}, OFF),
        ("", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "acme.example:444,cme.example"},
         {"acme.example:443": Proxy("p", 1)}),
        ('proxy = "http://own.example:8080"', {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"},
         {"acme.example:443": Proxy("own.example", 8080)}),
        ('proxy = ""', {"HTTPS_PROXY": "http://p:1"}, OFF),
        ('proxy = "none"', {"HTTPS_PROXY": "http://p:1"}, OFF),
        ('proxy = "env:MINE"', {"MINE": "http://me:hunter2@p:1"}, {"acme.example:443": Proxy("p", 1, "me", "hunter2")}),
    ],
)  # fmt: skip
def test_the_proxy_is_the_targets_own_or_the_environments(
    tmp_path: Path, key: str, environ: dict[str, str], proxies: dict[str, Proxy]
) -> None:
    assert resolved(tmp_path, f"{PLAIN}\n{key}", environ).proxies == proxies


@pytest.mark.parametrize(("no_proxy", "is_direct"), [("127.0.0.0/8", True), ("127.0.0.1", True), ("10.0.0.0/8", False)])
def test_no_proxy_may_name_networks(tmp_path: Path, no_proxy: str, is_direct: bool) -> None:
    text = target(secret_env=None, auth="none", base_url="http://127.0.0.1:8080")
    found = resolved(tmp_path, text, {"HTTP_PROXY": "http://p:1", "NO_PROXY": no_proxy})
    assert (found.proxies == {}) is is_direct


@pytest.mark.parametrize("proxy", ["http://me:hunter2@p.example:1", "socks5://p:1", "https://p:1", "p.example:1", "http://",
                                   "http://p/path", "http://p:1?a=hunter2"])  # fmt: skip
def test_what_is_no_proxy_is_refused_and_a_password_in_it_not_repeated(tmp_path: Path, proxy: str) -> None:
    error = refused(tmp_path, f'{PLAIN}\nproxy = "{proxy}"')
    assert "`proxy`" in error.what
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("proxy", ["socks5://me:hunter2@p:1", "http://me:hunter2@p:99999", "http://", "http://p:0x1"])
def test_a_wrong_proxy_of_the_environment_is_refused_and_not_shown(tmp_path: Path, proxy: str) -> None:
    with pytest.raises(UsageError, match="is not the URL of an HTTP proxy") as caught:
        resolved(tmp_path, PLAIN, {"HTTPS_PROXY": proxy})
    assert caught.value.where == "HTTPS_PROXY"
    assert "hunter2" not in str(caught.value)


def test_the_embedded_sandbox_never_has_a_proxy(tmp_path: Path) -> None:
    found = settings.load(tmp_path, {"HTTP_PROXY": "http://p:1", "HTTPS_PROXY": "http://p:1"})
    assert with_secrets({"zendesk": embedded("zendesk")}, found)["zendesk"].proxies == {}


def test_certificates_that_cannot_be_read_are_refused_at_load(tmp_path: Path) -> None:
    (tmp_path / "words.pem").write_text("no certificate")
    assert "cannot be read" in refused(tmp_path, f'{PLAIN}\nca_file = "missing.pem"').what
    assert "holds no certificates" in refused(tmp_path, f'{PLAIN}\nca_file = "words.pem"').what
    with pytest.raises(UsageError, match="holds no certificates"):
        resolved(tmp_path, PLAIN, {"SSL_CERT_FILE": str(tmp_path / "words.pem")})


def test_certificates_are_the_targets_own_or_the_environments(tmp_path: Path) -> None:
    bundle = shutil.copy(certifi.where(), tmp_path / "ca.pem")
    assert resolved(tmp_path, f'{PLAIN}\nca_file = "ca.pem"', {"SSL_CERT_FILE": "/nowhere"}).ca_file == str(bundle)
    assert resolved(tmp_path, PLAIN, {"ssl_cert_file": str(bundle)}).ca_file == str(bundle)
    assert resolved(tmp_path, PLAIN, {}).ca_file == ""
