"""Overlap: requests of several threads that are on the network at the same time, and nowhere else in the chain.

The layers above the network count, write down and remember: one thread at a time passes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, Thread
from typing import TypeVar

Result = TypeVar("Result")

_turn: ContextVar[Lock | None] = ContextVar("_turn", default=None)


def run_overlapping(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results of calls that pass the chain in turns and are on the network together, in their order.

    Raises the first error in that order, after all of them have ended.
    """
    lock = Lock()
    results: dict[int, Result] = {}
    errors: dict[int, BaseException] = {}

    def run(number: int, call: Callable[[], Result]) -> None:
        _turn.set(lock)
        with lock:
            try:
                results[number] = call()
            except BaseException as error:
                errors[number] = error

    threads = [Thread(target=run, args=numbered, daemon=True) for numbered in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in range(len(calls))]


@contextmanager
def others_may_pass() -> Iterator[None]:
    """On the network: meanwhile the other threads of `run_overlapping` have their turn."""
    lock = _turn.get()
    if lock is None:
        yield
        return
    lock.release()
    try:
        yield
    finally:
        lock.acquire()
