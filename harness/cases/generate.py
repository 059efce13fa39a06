"""One operation to its cases: document examples, boundaries, and fuzzed values, within a budget."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, zip_longest
from typing import Any
from urllib.parse import unquote, urlsplit

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import providers
from hypothesis.strategies import DrawFn, SearchStrategy, composite
from schemathesis.config import SanitizationConfig
from schemathesis.core import NotSet
from schemathesis.generation import GenerationMode, derive_operation_seed
from schemathesis.generation.case import Case as GeneratedCase
from schemathesis.generation.drivers import CoverageGenerator, ExamplesGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.hypothesis import setup
from schemathesis.generation.overrides import Override
from schemathesis.schemas import APIOperation
from schemathesis.transport.prepare import prepare_request

from harness.cases.case import Case, Intent
from harness.cases.invalid_bodies import is_still_invalid
from harness.cases.schema import BASE, request_of
from harness.formats.json_text import NOT_JSON, json_or, read_json
from harness.settings import cache_folder

Operation = APIOperation[Any, Any, Any, Any]
Generated = GeneratedCase[Any]

MOST_BOUNDARIES = 600
"""Some schemas have thousands. A limit by count gives the same cases on a slow machine; one by time would not."""
TRIES = 12
"""Attempts a fuzzed case."""
# Path segments that clients drop or resolve, so that another path is requested.
_DROPPED_SEGMENTS = frozenset({"", ".", ".."})
_UNMASKED = SanitizationConfig(enabled=False)


def generate(operation: Operation, budget: int, seed: int) -> tuple[Case, ...]:
    """At most `budget` different cases, the most useful first; the same for the same document, budget and seed.

    A third is fuzzed, the rest are examples and boundaries; valid and invalid cases alternate.
    """
    _isolate()
    fuzz = max(2, budget // 3)
    examples = list(_examples(operation))[: max(1, budget // 4)]
    valid = _fuzz(operation, GenerationMode.POSITIVE, max(1, fuzz - fuzz // 3), seed)
    invalid = _fuzz(operation, GenerationMode.NEGATIVE, fuzz // 3, seed) if _can_fail(operation) else []
    rest = max(0, budget - len(examples) - len(valid) - len(invalid))
    boundaries = _spread(_boundaries(operation), rest)
    different: dict[object, Case] = {}
    for intent, generated_cases in (
        (Intent.EXAMPLE, examples),
        (Intent.FUZZ, valid[:1]),
        (Intent.BOUNDARY, boundaries),
        (Intent.FUZZ, [*valid[1:], *invalid]),
    ):
        for generated in generated_cases:
            case = _plain(generated, intent)
            if _is_sendable(case) and is_still_invalid(generated, case.body):
                different.setdefault((case.url_path(), repr(case.json), case.body, case.headers), case)
    return tuple(different.values())[:budget]


def _is_sendable(case: Case) -> bool:
    return not _DROPPED_SEGMENTS & set(case.values.values())


@cache
def _isolate() -> None:
    """Prepare hypothesis: schemathesis' own patches, and no literals harvested from the source code around it.

    Hypothesis mixes constants of local modules into its draws, so that a new module would change every case.
    """
    # Its tables would go into the folder in which a user happens to be.
    set_hypothesis_home_dir(cache_folder() / "hypothesis")
    setup()
    no_constants: Any = vars(providers)["Constants"]()
    providers._get_local_constants = lambda: no_constants
    providers.CONSTANTS_CACHE.cache.clear()


def _can_fail(operation: Operation) -> bool:
    """Whether the operation has a part that can be invalid; hypothesis takes a second to find out that it has none."""
    return bool(operation.body or operation.query or operation.path_parameters)


def _examples(operation: Operation) -> Iterator[Generated]:
    yield from ExamplesGenerator(operation=operation, override=Override(), feedback=NO_FEEDBACK, fill_missing=False)


def _boundaries(operation: Operation) -> Iterator[Generated]:
    """Both modes at once: in negative mode alone, the generator makes every part of each request invalid."""
    cases = CoverageGenerator(
        operation=operation,
        generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
        generation_config=operation.schema.config.generation_for(operation=operation, phase="coverage"),
        auth_storage=None,
        override=Override(),
        feedback=NO_FEEDBACK,
    )
    yield from islice(cases, MOST_BOUNDARIES)


def _spread(cases: Iterable[Generated], count: int) -> list[Generated]:
    """`count` cases, in turn from each (mode, place, scenario, parameter): the generator's own order is one-sided."""
    groups: dict[object, list[Generated]] = {}
    for case in cases:
        assert case._meta is not None
        data: Any = case._meta.phase.data
        kind = (case._meta.generation.mode, data.parameter_location, data.scenario, data.parameter)
        groups.setdefault(kind, []).append(case)
    in_turn = (case for turn in zip_longest(*groups.values()) for case in turn if case is not None)
    return list(islice(in_turn, count))


def _fuzz(operation: Operation, mode: GenerationMode, count: int, seed: int) -> Sequence[Generated]:
    """At most `count` cases drawn at random, valid ones or invalid ones by `mode`."""
    drawn: list[Generated] = []
    if count <= 0:
        return drawn

    @seeded(derive_operation_seed(seed, f"{operation.label}:{mode.value}"))
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    @given(case=_at_most(operation.as_strategy(generation_mode=mode), TRIES * count))
    def draw(case: Generated) -> None:
        # About one in a hundred negative draws turns out to be valid.
        if len(drawn) < count and case._meta is not None and case._meta.generation.mode == mode:
            drawn.append(case)

    with contextlib.suppress(Unsatisfiable, _EnoughError):
        draw()
    return drawn


class _EnoughError(KeyboardInterrupt):
    """The attempts are used up. A `KeyboardInterrupt`, because Hypothesis takes any other error for a failure."""


def _at_most(strategy: SearchStrategy[Generated], most: int) -> SearchStrategy[Generated]:
    """The strategy for at most `most` attempts: to find out that nothing can be invalid, Hypothesis makes 459."""
    attempts = 0

    @composite
    def attempt(draw: DrawFn) -> Generated:
        nonlocal attempts
        attempts += 1
        if attempts > most:
            raise _EnoughError
        return draw(strategy)

    return attempt()


def _plain(generated: Generated, intent: Intent) -> Case:
    """A generated case as plain data: exactly what it would put on the wire."""
    prepared = prepare_request(generated, None, config=_UNMASKED, base_url=BASE)
    body = request_of(prepared).body
    media_type = str(prepared.headers.get("Content-Type", ""))
    is_json, value = _json(media_type, body)
    meta = generated.meta
    data: Any = meta.phase.data if meta else None
    place = getattr(data, "parameter_location", None)
    negative = bool(meta and meta.generation.mode is GenerationMode.NEGATIVE)
    return Case(
        method=generated.method.upper(),
        path=generated.path,
        intent=intent,
        negative=negative,
        what=str(getattr(data, "description", None) or ""),
        place=str(place.value) if negative and place else "",
        parameter=str(getattr(data, "parameter", None) or ""),
        # The generator gives path values percent-encoded.
        values={name: unquote(str(value)) for name, value in generated.path_parameters.items()},
        query=urlsplit(str(prepared.url)).query,
        headers=tuple((name, str(value)) for name, value in generated.headers.items()),
        media_type=media_type,
        has_json=is_json,
        json=value,
        body=b"" if is_json else body,
        origin=_origin(generated),
    )


def _json(media_type: str, body: bytes) -> tuple[bool, Any]:
    if "json" not in media_type:
        return False, None
    value = json_or(body, NOT_JSON)
    return (False, None) if value is NOT_JSON else (True, value)


def _origin(generated: Generated) -> dict[str, Any]:
    """What `rebuild` needs; empty where a part has no JSON form (a binary body)."""
    parts: dict[str, Any] = {
        "path_parameters": dict(generated.path_parameters),
        "headers": dict(generated.headers),
        "cookies": dict(generated.cookies),
        "query": dict(generated.query),
        "media_type": generated.media_type,
        "meta": generated.meta.to_dict() if generated.meta else None,
    }
    if parts["meta"]:
        # The time that it took is all that differs from run to run.
        parts["meta"]["generation"]["time"] = 0.0
    if not isinstance(generated.body, NotSet):
        parts["body"] = generated.body
    try:
        # To JSON and back: the generator's own subclasses of text and list become plain ones.
        plain: dict[str, Any] = read_json(json.dumps(parts))
    except (TypeError, ValueError):
        return {}
    return plain
