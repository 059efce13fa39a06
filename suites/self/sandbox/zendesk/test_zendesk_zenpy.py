"""Zenpy, a client that others wrote, against the sandbox: unchanged but for where its requests go."""

from __future__ import annotations

import warnings

import pytest
import requests

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    zenpy = pytest.importorskip("zenpy", reason="zenpy is not installed")
    from zenpy.lib import api_objects as objects
    from zenpy.lib.exception import APIException, RecordNotFoundException

HOST = "https://sandbox.zendesk.com"


class Elsewhere(requests.adapters.HTTPAdapter):
    """Sends what is meant for the vendor's host to the sandbox, and tells the client nothing of it."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request, **kwargs):
        request.url = request.url.replace(HOST, self.base)
        response = super().send(request, **kwargs)
        response.url = response.request.url = request.url.replace(self.base, HOST)
        return response


@pytest.fixture
def client(sandbox, control):
    session = requests.Session()
    for prefix in (HOST, sandbox.urls["zendesk"]):
        session.mount(prefix, Elsewhere(sandbox.urls["zendesk"]))
    yield zenpy.Zenpy(
        subdomain="sandbox", email="admin@example.com", token=sandbox.credentials["zendesk"]["token"],
        session=session, disable_cache=True,
    )  # fmt: skip
    session.close()


def ticket(client, **fields):
    return client.tickets.create(objects.Ticket(subject="S", description="D", **fields)).ticket


def test_a_ticket_from_create_to_delete(client):
    """Changes are read back; gone is not found."""
    created = ticket(client, tags=["a", "b"])
    created.status, created.comment = "pending", objects.Comment(body="inside", public=False)
    assert client.tickets.update(created).ticket.status == "pending"
    assert [comment.public for comment in client.tickets.comments(created)] == [True, False]
    assert len(list(client.tickets.audits(created))) == 2
    client.tickets.add_tags(created.id, ["c"])
    assert client.tickets(id=created.id).tags == ["a", "b", "c"]
    client.tickets.delete(created)
    with pytest.raises(RecordNotFoundException):
        client.tickets(id=created.id)


def test_deleted_tickets_restored_and_gone_for_good(client):
    """The restored one is back, the other gone for good."""
    one, two = ticket(client), ticket(client)
    client.tickets.delete([one, two])
    assert {row.id for row in client.tickets.deleted()} == {one.id, two.id}
    client.tickets.restore(one)
    assert client.tickets(id=one.id).id == one.id
    client.tickets.permanently_delete(two)
    assert list(client.tickets.deleted()) == []


def test_bulk_jobs_are_waited_for(client):
    """A job of twelve is working first, then completed."""
    many = [objects.Ticket(subject=f"S{index}", description="D") for index in range(12)]
    job = client.tickets.create(many)
    assert [client.job_status(id=job.id).status for _ in range(2)] == ["working", "completed"]
    created = list(client.tickets())[-12:]
    for one in created:
        one.subject = "changed"
    client.tickets.update(created)
    assert {client.tickets(id=one.id).subject for one in created} == {"changed"}
    client.tickets.merge(target=created[0], source=created[1])
    assert client.tickets(id=created[1].id).status == "closed"


RESOURCES = """
    tickets users organizations groups views triggers macros automations ticket_fields brands organization_fields
    user_fields group_memberships organization_memberships activities satisfaction_ratings sharing_agreements skips
    suspended_tickets ticket_metrics recipient_addresses locales ticket_forms targets tags requests sla_policies
    custom_statuses
"""


@pytest.mark.parametrize("resource", RESOURCES.split())
def test_lists_by_offset_and_by_cursor_agree(client, resource):
    """By offset and by cursor the same number of rows comes, and some."""
    by_offset = list(getattr(client, resource)())
    by_cursor = list(getattr(client, resource)(cursor_pagination=2))
    assert len(by_offset) == len(by_cursor) > 0


def test_people_and_organizations(client):
    """Each answer shows what was sent; an address is had once."""
    user = client.users.create(objects.User(name="One", email="one@example.com"))
    with pytest.raises(APIException, match="already being used"):
        client.users.create(objects.User(name="Two", email="one@example.com"))
    user.name = "Renamed"
    assert client.users.update(user).name == "Renamed"
    assert client.users.create_or_update(objects.User(name="Again", email="one@example.com")).id == user.id
    organization = client.organizations.create(objects.Organization(name="New Company"))
    client.organization_memberships.create(
        objects.OrganizationMembership(user_id=user.id, organization_id=organization.id)
    )
    assert [row.id for row in client.users.organizations(user)] == [organization.id]
    client.organizations.delete(organization)
    client.users.delete(user)
    assert user.id in [row.id for row in client.users.deleted()]


def test_groups_and_their_members(client):
    """The new member is there."""
    group = client.groups.create(objects.Group(name="New Team"))
    client.group_memberships.create(objects.GroupMembership(user_id=client.users.me().id, group_id=group.id))
    assert [row.name for row in client.groups.users(group)] == ["Alex Admin"]
    client.groups.delete(group)


def test_views_show_what_their_conditions_say(client):
    """Only tickets that meet the conditions, all of them counted."""
    unsolved = [{"field": "status", "operator": "less_than", "value": "solved"}]
    view = client.views.create(objects.View(title="Mine", all=unsolved))
    rows = list(client.views.tickets(view))
    assert {row.status for row in rows} <= {"new", "open", "pending"}
    assert client.views.count(view).value == len(rows) > 0
    client.views.delete(view)


def test_triggers_and_macros(client):
    """Each answer shows what was sent."""
    conditions = [{"field": "status", "operator": "is", "value": "open"}]
    actions = [{"field": "status", "value": "open"}]
    trigger = client.triggers.create(objects.Trigger(title="T", all=conditions, actions=actions))
    trigger.title = "T2"
    assert client.triggers.update(trigger).title == "T2"
    client.triggers.delete(trigger)
    macro = client.macros.create(objects.Macro(title="M", actions=actions))
    assert macro.id in [row.id for row in client.macros()]
    client.macros.delete(macro)


def test_search_and_exports(client):
    """They agree with the lists."""
    assert [row.subject for row in client.search(type="ticket", status="pending")] == ["Invoice 1042 is missing a line"]
    assert client.search.count(type="user") == 5
    assert len(list(client.search_export(type="user"))) == 5
    assert len(list(client.tickets.incremental(start_time=0))) == 5
    assert len(list(client.tickets.incremental(start_time=0, paginate_by_time=False))) == 5
    # Exports show who was deleted, too.
    assert len(list(client.users.incremental(start_time=0))) == 6


def test_attachments(client, tmp_path):
    """The file is there, then redacted."""
    path = tmp_path / "note.txt"
    path.write_text("hello")
    upload = client.attachments.upload(str(path), target_name="note.txt")
    created = ticket(client)
    created.comment = objects.Comment(body="see", uploads=[upload.token])
    client.tickets.update(created)
    comment = list(client.tickets.comments(created))[-1]
    assert comment.attachments[0].file_name == "note.txt"
    client.attachments.redact(created, comment, comment.attachments[0].id)
    assert client.attachments(id=comment.attachments[0].id).file_name == "redacted.txt"


def test_help_center(client):
    """The new article is in its section."""
    from zenpy.lib.api_objects import help_centre_objects as guide

    category = client.help_center.categories.create(guide.Category(name="C", description="D"))
    section = client.help_center.sections.create(guide.Section(name="S", category_id=category.id))
    article = client.help_center.articles.create(section, guide.Article(title="A", body="B", permission_group_id=1))
    assert [row.id for row in client.help_center.sections.articles(section)] == [article.id]
    client.help_center.sections.delete(section)
    client.help_center.categories.delete(category)
