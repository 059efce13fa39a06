"""The keys of a target in deskcheck.toml, as one table: what each means, which values it takes, and who needs it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.formats.toml import short
from harness.secret_references import EXAMPLES, is_reference

MAX_QUOTA = 1_000_000
"""Requests a minute, or credits, that no run needs; a greater number is a typing error."""
LONGEST_TIMEOUT = 3600.0
"""Seconds for one exchange."""
NO_PROXY = ("", "none")
"""Values of `proxy` that mean: no proxy, whatever the environment names."""

Problem = Callable[[Any], str]
"""What is wrong with a value, as the rest of a sentence that begins with the key; empty where it is right."""


@dataclass(frozen=True, slots=True)
class TargetKey:
    """One key: its `meaning` for a person, an `example` as it stands in the file, and the JSON Schema of its values.

    `problem` says what is wrong with a value, which it never shows where that may be a secret. `hint` is what else a
    person may have meant.
    """

    name: str
    meaning: str
    example: str
    problem: Problem
    schema: Mapping[str, Any] = field(default_factory=dict)
    hint: str = ""

    @property
    def remedy(self) -> str:
        """What to write."""
        return f"Write {self.name} = {self.example}. {self.hint}".rstrip()


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else f"is of type {type(value).__name__}, not a text"


def _name_of_variable(value: Any) -> str:
    # What does not look like a variable may be the secret itself.
    if problem := _text(value):
        return problem
    return "" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) else "does not name an environment variable"


def _secret(value: Any) -> str:
    if problem := _text(value):
        return problem
    return "" if is_reference(value) else "holds a secret in a file"


def _id(value: Any) -> str:
    """A text, or the number that it looks like; which texts are ids, the vendor says."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**20:
        return ""
    return _text(value)


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else f"is {short(repr(value))}, neither true nor false"


def _count_of(unit: str) -> Problem:
    """Takes a whole number of what a quota counts."""

    def problem(value: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_QUOTA:
            return ""
        shown = f"over {MAX_QUOTA:,}" if isinstance(value, int) and value > MAX_QUOTA else short(repr(value))
        return f"is {shown}, not a number of {unit}"

    return problem


def _seconds(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if is_number and 0 < value <= LONGEST_TIMEOUT:
        return ""
    return f"is {short(repr(value))}, not a number of seconds above 0 and up to {LONGEST_TIMEOUT:g}"


def _proxy(value: Any) -> str:
    if problem := _text(value):
        return problem
    if value in NO_PROXY or is_reference(value):
        return ""
    if "@" in value:
        return "holds a user or password in a file"
    return "" if re.fullmatch(r"http://[^\s/?#@]+/?", value) else "is not the URL of an HTTP proxy"


def _path(value: Any) -> str:
    if problem := _text(value):
        return problem
    return "" if value and "\0" not in value else "names no file"


_TEXT_SCHEMA = {"type": "string"}
_URL_SCHEMA = {"type": "string", "format": "uri", "pattern": "^https?://"}
_VARIABLE_SCHEMA = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
_SECRET_SCHEMA = {"type": "string", "pattern": "^(env|keyring|file|command):.", "examples": list(EXAMPLES)}

KEYS: Mapping[str, TargetKey] = {
    key.name: key
    for key in (
        TargetKey("vendor", "whose API it is", '"VENDOR"', _text, _TEXT_SCHEMA),
        TargetKey("base_url", "the host of the API, without the API's own path", '"https://HOST"', _text, _URL_SCHEMA),
        TargetKey("auth", "how to log in; without it, requests carry no credentials", '"none"', _text, _TEXT_SCHEMA),
        TargetKey("user", "the user of basic authentication", '"MAIL/token"', _text, _TEXT_SCHEMA),
        TargetKey("client_id", "the id of the OAuth client", '"ID"', _text, _TEXT_SCHEMA),
        TargetKey("scope", "the scopes to ask for, where a client may ask for fewer than it has", '"read write"', _text,
                  _TEXT_SCHEMA),
        TargetKey("secret", "where the password, API token or refresh token is", '"env:MY_TOKEN"', _secret,
                  _SECRET_SCHEMA),
        TargetKey("client_secret", "where the secret of the OAuth client is", '"env:MY_CLIENT_SECRET"', _secret,
                  _SECRET_SCHEMA),
        TargetKey("secret_env", 'the same as secret = "env:..."', '"MY_TOKEN"', _name_of_variable, _VARIABLE_SCHEMA),
        TargetKey("client_secret_env", 'the same as client_secret = "env:..."', '"MY_CLIENT_SECRET"',
                  _name_of_variable, _VARIABLE_SCHEMA),
        TargetKey("token_url", "the host that gives access tokens; known for the vendor's own data centres",
                  '"https://HOST"', _text, _URL_SCHEMA),
        TargetKey("org_id", "the org, where one host serves several", '"123456789"', _id,
                  {"type": ["string", "integer"]}),
        TargetKey("org", "the org's name: what --confirm must repeat, and by which an org without org_id is chosen",
                  '"acme sandbox"', _text, _TEXT_SCHEMA),
        TargetKey("quota", "requests a minute at most; 0: no limit of ours", "400",
                  _count_of("requests a minute"),
                  {"type": "integer", "minimum": 0, "maximum": MAX_QUOTA, "default": 200}),
        TargetKey("credits", "credits of a day's quota that a run may use at most; 0: as many as are left", "5000",
                  _count_of("credits a run"), {"type": "integer", "minimum": 0, "maximum": MAX_QUOTA, "default": 0}),
        TargetKey("timeout", "seconds for one exchange; --timeout wins", "60", _seconds,
                  {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_TIMEOUT, "default": 60}),
        TargetKey("proxy", "the HTTP proxy by which its hosts are reached, in place of the environment's; "
                  '"none": no proxy. With a login, where the whole URL is: "env:NAME"',
                  '"http://proxy.example:3128"', _proxy,
                  {"type": "string", "pattern": "^(none|http://[^\\s/?#@]+/?|(env|keyring|file|command):.+)?$"},
                  'With a login, say where the whole URL is: proxy = "env:NAME".'),
        TargetKey("ca_file", "a PEM file of certificate authorities that are trusted besides the public ones",
                  '"company-ca.pem"', _path, {"type": "string", "minLength": 1}),
        TargetKey("disposable", "losing everything in the org would not matter, though it proves nothing", "true",
                  _flag, {"type": "boolean", "default": False}),
    )
}  # fmt: skip
"""Every key of a target by its name, in the order in which a person writes them."""

LITERAL_SECRETS = frozenset({"password", "token", "refresh_token", "api_token", "access_token"})
"""Names under which people write a secret itself; none of them is a key."""

SECRET_KEYS = ("secret", "client_secret")
"""Keys that say where a secret is; each has a form with `_env` behind it, which names a variable."""


def secret_remedy(key: str) -> str:
    """What to write in place of a secret."""
    own = key if key in SECRET_KEYS else SECRET_KEYS[0]
    return f"Say where it is: {own} = " + " or ".join(f'"{example}"' for example in EXAMPLES) + "."
