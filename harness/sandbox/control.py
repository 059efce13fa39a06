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
from harness.sandbox.spoil import NAMES
from harness.sandbox.world import World

PREFIX = "/__sandbox__"
Handler = Callable[[Request], Awaitable[Response]]


def control(world: World) -> Starlette:
    """The Starlette application of the control path."""

    async def reset(request: Request) -> Response:
        replay = {"true": True, "false": False}.get(request.query_params.get("replay", ""))
        world.reset(faults=request.query_params.get("faults") == "true", replay=replay)
        return JSONResponse({"reset": True})

    async def state(_: Request) -> Response:
        return JSONResponse(world.state())

    async def journal(request: Request) -> Response:
        since = request.query_params.get("since", "0")
        return JSONResponse(world.journal.dump(int(since) if since.isdigit() else 0))

    async def show_faults(_: Request) -> Response:
        return JSONResponse({"faults": world.faults.dump(), "names": NAMES})

    async def set_faults(request: Request) -> Response:
        rules = [parse(one) for one in _listed(await _body(request), "faults")]
        world.faults.set(rules)
        return JSONResponse({"faults": world.faults.dump()})

    async def show_clock(_: Request) -> Response:
        return JSONResponse({"now": world.clock.now(), "ahead": world.clock.ahead})

    async def advance(request: Request) -> Response:
        seconds = (await _body(request)).get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise UsageError("`seconds` must be a number, 0 or more", where=str(request.url.path))
        world.clock.advance(float(seconds))
        return JSONResponse({"now": world.clock.now(), "ahead": world.clock.ahead})

    async def limits(request: Request) -> Response:
        wanted = await _body(request)
        for name, limit in wanted.items():
            if name not in world.accounts or not isinstance(limit, dict):
                raise UsageError(f"no account {name!r}", where=str(request.url.path), remedy="Use zendesk or zoho.")
            world.accounts[name].org.memo["limits"] = limit
        return JSONResponse(wanted)

    def route(path: str, handler: Handler, method: str) -> Route:
        return Route(f"{PREFIX}/{path}", handler, methods=[method])

    return Starlette(
        routes=[
            route("reset", reset, "POST"),
            route("state", state, "GET"),
            route("journal", journal, "GET"),
            route("faults", show_faults, "GET"),
            route("faults", set_faults, "PUT"),
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
