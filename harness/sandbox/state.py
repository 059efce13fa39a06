"""The state of one sandbox process: the orgs of all vendors, the journal, the clock and the faults."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from harness.openapi.document import Document, pinned
from harness.sandbox.call import Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.faults import FaultRule, Faults, check_operations
from harness.sandbox.journal import Journal
from harness.sandbox.org import Clock, Org
from harness.sandbox.service import Service
from harness.sandbox.services import installed

Documents = Callable[[str], Iterable[Document]]


class VendorState:
    """One vendor in the sandbox: its service, its engine (built when first needed) and its org."""

    def __init__(self, service: Service, seed: int, clock: Clock, documents: Documents = pinned) -> None:
        self.service, self.seed, self.clock, self.documents = service, seed, clock, documents
        self.base = ""
        self._org: Org | None = None
        self._seed_copy: tuple[str, bytes] | None = None
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
        if self._seed_copy is None or self._seed_copy[0] != self.base:
            org = self.engine.org(self.seed, self.clock, self.base)
            self._seed_copy = self.base, pickle.dumps((org.store, org.memo, org.random))
            return org
        store, memo, rng = pickle.loads(self._seed_copy[1])
        return Org(self.engine, self.seed, self.clock, self.base, store, memo, rng)


class SandboxState:
    """The vendors by name, and all that the control path can see and change.

    `overlapping` says that several requests may be under way at once: there is a server in front.
    """

    def __init__(self, services: Mapping[str, Service], *, seed: int = 0, documents: Documents = pinned) -> None:
        self.clock = Clock()
        self.vendors = {name: VendorState(service, seed, self.clock, documents) for name, service in services.items()}
        self.journal, self.faults = Journal(), Faults(seed)
        self.watch: Callable[[str], None] | None = None
        self.replay = self.overlapping = False
        self._mounts = [(mount, vendor) for vendor in self.vendors.values() for mount in vendor.service.mounts.values()]
        # The longest first, so that a mount whose prefix is another one is not taken for a path under that.
        self._mounts.sort(key=lambda pair: -len(pair[0]))

    def serve_at(self, origin: str) -> None:
        """Take the address that the sandbox is served at."""
        for vendor in self.vendors.values():
            vendor.base = f"{origin}{vendor.service.mount}"

    def mounts_in_words(self) -> str:
        """All path prefixes, for people: `/a, /b and /c`."""
        *others, last = (mount for vendor in self.vendors.values() for mount in vendor.service.mounts.values())
        return f"{', '.join(others)} and {last}" if others else last

    def served_under(self, raw_path: str) -> tuple[str, VendorState] | None:
        """The mount that a raw path lies under, and the vendor who is served there."""
        for mount, vendor in self._mounts:
            if raw_path.startswith(mount) and raw_path[len(mount) : len(mount) + 1] in ("/", ""):
                return mount, vendor
        return None

    def answer(self, mount: str, vendor: VendorState, call: Call) -> Reply | None:
        """The reply to a call, faults included; None where the connection is to be cut."""
        org = vendor.org
        if self.replay:
            call.state["replay"] = True
        if self.overlapping:
            call.state["overlapping"] = True
        call.now, call.mount, call.base = self.clock.now(), mount, vendor.base
        if mount == vendor.service.mount:
            match = vendor.engine.router.find(call.method, call.path)
            if match is None and call.method == "HEAD":
                match = vendor.engine.router.find("GET", call.path)
            if match is not None:
                call.operation, call.values = match
        if not self.faults.rules:
            return vendor.engine.handle(org, call)
        return self.faults.play(vendor.engine, org, call)

    def set_faults(self, rules: list[FaultRule]) -> None:
        """Put rules in force, in place of the others. Raises `UsageError` for one that is for no operation."""
        if any(rule.operation != "*" for rule in rules):
            catalogs = [vendor.engine.catalog for vendor in self.vendors.values()]
            check_operations(rules, [operation for catalog in catalogs for operation in catalog.operations])
        self.faults.set(rules)

    def reset(self, *, faults: bool = False, replay: bool | None = None) -> None:
        """Every org back to its seed, the journal empty, the clock back; the faults only if `faults`.

        `replay` says whether a recording of another account is played from now on; None leaves that as it is.
        """
        self.replay = self.replay if replay is None else replay
        self.clock.ahead = 0.0
        for vendor in self.vendors.values():
            vendor.reset()
        self.journal.clear()
        if faults:
            self.faults.clear()

    def dump(self) -> dict[str, Any]:
        """A stable, comparable picture of all orgs."""
        return {name: vendor.org.store.dump() for name, vendor in self.vendors.items()}


def build(seed: int = 0, documents: Documents = pinned) -> SandboxState:
    """A sandbox of every vendor; `documents` gives a vendor's documents, the pinned ones by default."""
    return SandboxState(installed(), seed=seed, documents=documents)


def now() -> float:
    """The real time, for the journal."""
    return time.time()
