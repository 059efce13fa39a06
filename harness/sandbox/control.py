"""The control path `/__sandbox__/`: reset, state, journal, clock, limits and faults, for tests and for proofs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.errors import UsageError
from harness.formats.json_text import read_json
from harness.sandbox.faults import parse
from harness.sandbox.mutators import NAMES
from harness.sandbox.state import SandboxState

PREFIX = "/__sandbox__"
Handler = Callable[[Request], Awaitable[Response]]


def control(state: SandboxState) -> Starlette:
    """The Starlette application of the control path."""

    async def reset(request: Request) -> Response:
        replay = {"true": True, "false": False}.get(request.query_params.get("replay", ""))
        state.reset(faults=request.query_params.get("faults") == "true", replay=replay)
        return JSONResponse({"reset": True})

    async def show_state(_: Request) -> Response:
        return JSONResponse(state.dump())

    async def journal(request: Request) -> Response:
        since = request.query_params.get("since", "0")
        return JSONResponse(state.journal.dump(int(since) if since.isdigit() else 0))

    async def show_faults(_: Request) -> Response:
        return JSONResponse({"faults": state.faults.dump(), "names": NAMES})

    async def set_faults(request: Request) -> Response:
        rules = [parse(fault) for fault in _listed(await _body(request), "faults")]
        state.set_faults(rules)
        return JSONResponse({"faults": state.faults.dump()})

    async def show_clock(_: Request) -> Response:
        return JSONResponse({"now": state.clock.now(), "ahead": state.clock.ahead})

    async def advance(request: Request) -> Response:
        seconds = (await _body(request)).get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise UsageError("`seconds` must be a number, 0 or more", where=str(request.url.path))
        state.clock.advance(float(seconds))
        return JSONResponse({"now": state.clock.now(), "ahead": state.clock.ahead})

    async def limits(request: Request) -> Response:
        wanted = await _body(request)
        for name, limit in wanted.items():
            if name not in state.vendors or not isinstance(limit, dict):
                remedy = f"Use {' or '.join(state.vendors)}."
                raise UsageError(f"no account {name!r}", where=str(request.url.path), remedy=remedy)
            state.vendors[name].org.memo["limits"] = limit
        return JSONResponse(wanted)

    async def show_limits(_: Request) -> Response:
        return JSONResponse({name: vendor.service.usage(vendor.org) for name, vendor in state.vendors.items()})

    def route(path: str, handler: Handler, method: str) -> Route:
        return Route(f"{PREFIX}/{path}", handler, methods=[method])

    return Starlette(
        routes=[
            route("reset", reset, "POST"),
            route("state", show_state, "GET"),
            route("journal", journal, "GET"),
            route("faults", show_faults, "GET"),
            route("faults", set_faults, "PUT"),
            route("limits", show_limits, "GET"),
            route("limits", limits, "PUT"),
            route("clock", show_clock, "GET"),
            route("clock", advance, "POST"),
            route("clock/advance", advance, "POST"),
        ],
        exception_handlers={UsageError: _refuse},
    )


async def _refuse(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = read_json(await request.body() or b"{}")
    except ValueError as error:
        raise UsageError(f"the body is no JSON: {error}", where=str(request.url.path)) from error
    if isinstance(body, list):
        return {"faults": body}
    if not isinstance(body, dict):
        raise UsageError("the body must be an object", where=str(request.url.path))
    return body


def _listed(body: dict[str, Any], key: str) -> list[Any]:
    value = body.get(key, [])
    if not isinstance(value, list):
        raise UsageError(f"`{key}` must be a list", remedy='For example {"faults": ["missing_field:ShowTicket:0.5"]}.')
    return value
