"""World: all that one sandbox process holds. Both vendors' orgs, the journal, the clock and the faults."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib import import_module
from typing import Any

from harness.openapi.document import Document, pinned
from harness.sandbox.call import Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.faults import Faults
from harness.sandbox.journal import Journal
from harness.sandbox.org import Clock, Org
from harness.sandbox.service import Service

Documents = Callable[[str], Iterable[Document]]

VENDORS = ("zendesk", "zoho")


class Account:
    """One vendor in the world: its service, its engine (built when first needed) and its org."""

    def __init__(self, service: Service, seed: int, clock: Clock, documents: Documents = pinned) -> None:
        self.service, self.seed, self.clock, self.documents = service, seed, clock, documents
        self.base = ""
        self._org: Org | None = None
        self._fresh: tuple[str, bytes] | None = None
        self._lock = threading.Lock()

    @cached_property
    def engine(self) -> Engine:
        """The engine over the vendor's documents."""
        return Engine(self.service, self.documents(self.service.name))

    @property
    def org(self) -> Org:
        """The account as it stands."""
        with self._lock:
            if self._org is None:
                self._org = self._seeded()
            return self._org

    def reset(self) -> None:
        """Back to the seed."""
        with self._lock:
            self._org = self._seeded()

    def _seeded(self) -> Org:
        """A fresh org. Seeding costs a tenth of a second, a copy of what was seeded once costs a hundredth of that."""
        if self._fresh is None or self._fresh[0] != self.base:
            org = self.engine.org(self.seed, self.clock, self.base)
            self._fresh = self.base, pickle.dumps((org.store, org.memo, org.random))
            return org
        store, memo, dice = pickle.loads(self._fresh[1])
        return Org(self.service.name, self.seed, self.clock, store, memo, dice, self.base, self.engine)


class World:
    """The services by vendor name and all that the control path can see and change."""

    def __init__(self, services: Mapping[str, Service], *, seed: int = 0, documents: Documents = pinned) -> None:
        self.clock = Clock()
        self.accounts = {name: Account(service, seed, self.clock, documents) for name, service in services.items()}
        self.journal, self.faults = Journal(), Faults(seed)
        self.watch: Callable[[str], None] | None = None
        self.replay = False
        self._mounts = sorted(
            ((mount, account) for account in self.accounts.values() for mount in account.service.mounts),
            key=lambda pair: -len(pair[0]),
        )

    def settle(self, origin: str) -> None:
        """Take the address that the sandbox is served at."""
        for account in self.accounts.values():
            account.base = f"{origin}{account.service.mounts[0]}"

    def account(self, raw: str) -> tuple[str, Account] | None:
        """The mount and account that a raw path belongs to."""
        for mount, account in self._mounts:
            if raw.startswith(mount) and raw[len(mount) : len(mount) + 1] in ("/", ""):
                return mount, account
        return None

    def answer(self, mount: str, account: Account, call: Call) -> Reply | None:
        """The reply to a call, faults included; None where the connection is to be cut."""
        org = account.org
        if self.replay:
            call.notes["replay"] = True
        call.now, call.mount, call.base = self.clock.now(), mount, account.base
        if mount == account.service.mounts[0]:
            found = account.engine.router.find(call.method, call.path)
            if found is None and call.method == "HEAD":
                found = account.engine.router.find("GET", call.path)
            if found is not None:
                call.operation, call.values = found
        if not self.faults.rules:
            return account.engine.handle(org, call)
        return self.faults.play(account.engine, org, call)

    def reset(self, *, faults: bool = False, replay: bool | None = None) -> None:
        """Every org back to its seed, the journal empty, the clock back; the faults stay unless asked for.

        `replay` says whether a recording of another account is played from now on; None leaves that as it is.
        """
        self.replay = self.replay if replay is None else replay
        self.clock.ahead = 0.0
        for account in self.accounts.values():
            account.reset()
        self.journal.clear()
        if faults:
            self.faults.clear()

    def state(self) -> dict[str, Any]:
        """A stable, comparable picture of all orgs."""
        return {name: account.org.store.dump() for name, account in self.accounts.items()}


def build(seed: int = 0, documents: Documents = pinned) -> World:
    """The world of both vendors; `documents` gives a vendor's documents, the pinned ones unless told otherwise."""
    services = {name: import_module(f"harness.sandbox.{name}").SERVICE for name in VENDORS}
    return World(services, seed=seed, documents=documents)


def now() -> float:
    """The real time, for the journal."""
    return time.time()
