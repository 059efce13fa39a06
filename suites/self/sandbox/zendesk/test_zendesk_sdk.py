"""python-zendesk-sdk, a second client written by others, against the sandbox."""

from __future__ import annotations

import asyncio

import httpx
import pytest

zendesk_sdk = pytest.importorskip("zendesk_sdk", reason="python-zendesk-sdk is not installed")


class Elsewhere(httpx.AsyncHTTPTransport):
    """Sends what is meant for the vendor's host to the sandbox."""

    def __init__(self, base: str) -> None:
        self.base = httpx.URL(base)
        super().__init__()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        if not path.startswith(self.base.path):
            path = self.base.path + path
        request.url = self.base.copy_with(raw_path=path.encode())
        return await super().handle_async_request(request)


@pytest.fixture
def run(sandbox, control):
    """Runs a coroutine function with a client."""

    def run(work):
        async def main():
            config = zendesk_sdk.ZendeskConfig(
                subdomain="sandbox", email="admin@example.com", token=sandbox.credentials["zendesk"]["token"]
            )
            async with zendesk_sdk.ZendeskClient(config) as client:
                inner = client.http_client.client
                inner._transport = Elsewhere(sandbox.urls["zendesk"])
                return await work(client)

        return asyncio.run(main())

    return run


def test_a_ticket_from_create_to_delete(run):
    """Changes are read back."""

    async def work(client):
        created = (await client.tickets.create("Please help.", subject="S", tags=["a"])).id
        await client.tickets.update(created, status="pending")
        await client.tickets.tags.add(created, ["b"])
        await client.tickets.comments.add(created, "inside", public=False)
        shown = await client.tickets.get(created)
        last, _ = await client.tickets.comments.get_last(created)
        await client.tickets.delete(created)
        return shown.status, sorted(shown.tags), last.body

    assert run(work) == ("pending", ["a", "b"], "inside")


def test_people_organizations_and_groups(run):
    """Each answer shows what was sent."""

    async def work(client):
        me = await client.users.me()
        user = await client.users.create("New", email="new@example.com")
        await client.users.suspend(user.id)
        organization = await client.organizations.create("Fresh Company")
        group = await client.groups.create("Fresh Team")
        count = await client.groups.count()
        await client.groups.delete(group.id)
        await client.organizations.delete(organization.id)
        await client.users.delete(user.id)
        return me.email, count

    assert run(work) == ("admin@example.com", 3)


def test_lists_views_and_search(run):
    """Every page is followed, and the view counts its tickets."""

    async def work(client):
        tickets = [row.id async for row in client.tickets.list()]
        users = [row.id async for row in client.users.list(per_page=2)]
        views = [row.id async for row in client.views.list()]
        count = await client.views.count(views[0])
        return len(tickets), len(users), len(views), count.value

    assert run(work) == (5, 5, 3, 4)


def test_what_is_not_there_raises_the_clients_own_error(run):
    """The client raises its own error."""

    async def work(client):
        with pytest.raises(zendesk_sdk.ZendeskHTTPException):
            await client.tickets.get(4711)
        return True

    assert run(work)
