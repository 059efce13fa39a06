"""OAuth scopes of Zoho Desk: `Desk.<module>.<VERB>`; which are enough for an operation, and which cover others."""

from __future__ import annotations

from harness.openapi.catalog import Operation
from harness.vendors.vendor import ScopeConvention

# `ALL` stands for these (vendor page: OAuth scopes); CUSTOM, of imports and exports, is granted by its own name.
_OF_ALL = frozenset({"READ", "CREATE", "UPDATE", "DELETE"})
# The wider modules whose scopes cover these too (vendor page: OAuth scopes). Two families coexist:
# `Desk.activities.tasks.READ` and `Desk.tasks.READ` open the same (document: the scopes of its task operations).
_WIDER_MODULES = {"tasks": "activities", "calls": "activities", "events": "activities", "products": "settings"}


def needed(operation: Operation) -> tuple[str, ...]:
    """Any of the scopes that the document lists, each as consent takes it: `Desk.` once, the verb in capitals.

    The document declares names in lower case that its operations require in upper case, and writes a few without
    `Desk.` or with two.
    """
    return tuple(dict.fromkeys(_spelled(scope) for scope in operation.scopes))


def _spelled(scope: str) -> str:
    modules, _, verb = _without_prefix(scope).rpartition(".")
    return f"Desk.{modules}.{verb.upper()}"


def _without_prefix(scope: str) -> str:
    bare = scope.strip()
    while bare.lower().startswith("desk."):
        bare = bare[len("desk.") :]
    return bare


def covers(held: str, wanted: str) -> bool:
    """Whether a granted scope includes a needed one: letter case aside, `ALL` and the wider module included."""
    held_module, _, held_verb = _without_prefix(held).lower().rpartition(".")
    wanted_module, _, verb = _without_prefix(wanted).lower().rpartition(".")
    if held_verb != verb and not (held_verb == "all" and verb.upper() in _OF_ALL):
        return False
    return _in_one_family(held_module) in _openers(_in_one_family(wanted_module))


def _in_one_family(module: str) -> str:
    """`activities.tasks` and `tasks` are two names of one module."""
    return module.removeprefix("activities.")


def _openers(module: str) -> set[str]:
    """The modules whose scopes open this one."""
    return {module, _WIDER_MODULES.get(module, module)}


SCOPES = ScopeConvention(needed, covers, ",", frozenset({"zoho"}))
"""A token is for one data centre and its scopes for good: a refresh token never gains one."""
