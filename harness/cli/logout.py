"""deskcheck logout: remove the access tokens that are kept of an org, or of all; nothing is sent."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from harness import settings
from harness.errors import UsageError
from harness.planning.targets import with_secrets
from harness.report.text import visible
from harness.settings import CONFIG, Settings
from harness.target import Target
from harness.tokens.file_store import FileStore
from harness.tokens.store_place import open_store
from harness.vendors import VENDORS


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--target", action="append", default=[], metavar="T", help=f"an org of {CONFIG} (repeatable)")
    parser.add_argument(
        "--all", action="store_true", help=f"every org of {CONFIG}, and in a file store whatever else is kept"
    )


def main(parsed: Namespace) -> int:
    """Say of each org what was removed; 0 also where there was nothing."""
    if bool(parsed.target) == parsed.all:
        raise UsageError("say of which org: --target NAME, or --all", remedy="deskcheck logout --target acme")
    configured = settings.load()
    if parsed.all:
        for target in configured.targets.values():
            _print_removed(target, configured, must_know=False)
        _remove_rest(open_store(configured.tokens))
    else:
        for name in dict.fromkeys(parsed.target):
            _print_removed(settings.pick(configured, name), configured, must_know=True)
    return 0


def _print_removed(target: Target, configured: Settings, *, must_know: bool) -> None:
    """Say what was removed of one target. Raises `UsageError` where its secret cannot be read and `must_know` is set.

    A token is kept under a digest of the credentials that it was given for.
    """
    try:
        (complete,) = with_secrets({target.name: target}, configured).values()
    except UsageError as error:
        if must_know:
            raise
        print(visible(f"{target.name}: which token is its own cannot be told: {error.what}"))
        return
    print(visible(f"{target.name}: {_removed(complete)}"))


def _removed(target: Target) -> str:
    kind = VENDORS[target.vendor].auth_kind(target.credentials.kind)
    if kind.grant is None:
        return f"auth {kind.name} keeps no access token"
    grant, store = kind.grant(target), open_store(target.tokens)
    with store.lock(grant.key):
        if not store.remove(grant.key):
            return f"no access token in {store.where}"
    if grant.rotates:
        return f"access and refresh token removed from {store.where}; the next run begins with the configured one"
    return f"access token removed from {store.where}"


def _remove_rest(store: object) -> None:
    """Tokens of targets that are configured no more, or otherwise: a store by URL does not say whose they are."""
    if isinstance(store, FileStore) and (count := store.remove_all()):
        print(f"{count} more of earlier configurations removed from {store.where}")
