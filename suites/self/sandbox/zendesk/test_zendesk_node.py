"""node-zendesk, a client in another language, against the sandbox: unchanged, it can be told where to send requests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent / "node"
NPM = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=0"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the client in it, of the version and content that the lock file names."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node and npm are not installed")
    folder = shutil.copytree(PACKAGE, tmp_path_factory.mktemp("clients") / "node")
    try:
        subprocess.run(NPM, cwd=folder, capture_output=True, text=True, check=True, timeout=20)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot install the client: {str(error.stderr or error).splitlines()[0]}")
    return folder


@pytest.fixture
def run(installed, sandbox, control):
    """Runs a piece of JavaScript with `client`, and `guide` for the help center; gives what it returns."""

    def run(script):
        env = {**os.environ, "BASE": sandbox.urls["zendesk"], "TOKEN": sandbox.credentials["zendesk"]["token"]}
        done = subprocess.run(
            ["node", "run.cjs"], cwd=installed, env=env, input=script, capture_output=True, text=True, timeout=20
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_a_ticket_from_create_to_delete(run):
    """Changes are read back; gone is 404."""
    shown, comments, audits, many, gone = run("""
        const {result: {id}} = await client.tickets.create({ticket: {subject: 'S', comment: {body: 'D'}, tags: ['a']}});
        await client.tickets.update(id, {ticket: {status: 'pending', comment: {body: 'inside', public: false}}});
        const {result: shown} = await client.tickets.show(id);
        const comments = await client.tickets.getComments(id);
        const audits = await client.tickets.exportAudit(id);
        const {result: many} = await client.tickets.showMany([1, id]);
        await client.tickets.delete(id);
        return [shown, comments, audits, many, await client.tickets.show(id).catch(error => error.message)];
    """)
    assert (shown["status"], shown["tags"]) == ("pending", ["a"])
    assert [comment["public"] for comment in comments] == [True, False]
    assert len(audits) == 2
    assert [ticket["id"] for ticket in many] == [1, shown["id"]]
    assert "404" in gone


def test_jobs_are_watched_until_they_are_done(run):
    """A job of twelve is working first, then completed."""
    first, done, listed, left = run("""
        const tickets = Array.from({length: 12}, (_, index) => ({subject: `S${index}`, comment: {body: 'x'}}));
        const {result: {job_status: {id}}} = await client.tickets.createMany({tickets});
        const {result: {job_status: first}} = await client.jobstatuses.show(id);
        const done = await client.jobstatuses.watch(id, 5, 3);
        const [one, two, ...rest] = done.results.map(row => row.id);
        await client.tickets.updateMany([one, two], {ticket: {priority: 'high'}});
        const {result: {job_status: merge}} = await client.tickets.merge(one, {ids: [two]});
        await client.tickets.deleteMany(rest);
        const {result: {job_statuses: listed}} = await client.jobstatuses.showMany([id, merge.id]);
        return [first, done, listed, (await client.tickets.list()).map(({status, priority}) => [status, priority])];
    """)
    assert (first["status"], first["progress"], first["message"]) == ("working", 6, "Creating ticket #6")
    assert (done["status"], len(done["results"])) == ("completed", 12)
    assert [job["status"] for job in listed] == ["completed", "completed"]
    assert left[5:] == [["new", "high"], ["closed", "high"]]


def test_people_and_organizations(run):
    """Each answer shows what was sent; the role filters, the organization lists its user."""
    user, again, identities, companies, admins, merged, found = run("""
        const {result: company} = await client.organizations.create({organization: {name: 'New', external_id: 'e1'}});
        const fields = {name: 'One', email: 'one@example.com', organization_id: company.id};
        const {result: user} = await client.users.create({user: fields});
        const {result: again} = await client.users.createOrUpdate({user: {name: 'Two', email: 'one@example.com'}});
        await client.useridentities.create(user.id, {identity: {type: 'email', value: 'two@example.com'}});
        const identities = await client.useridentities.list(user.id);
        const companies = await client.organizations.listByUser(user.id);
        const admins = await client.users.listWithFilter('role', 'admin');
        const {result: other} = await client.users.create({user: {name: 'Other'}});
        const {result: merged} = await client.users.merge(other.id, user.id);
        const found = await client.organizations.showManyByExternalIds(['e1']);
        await client.users.delete(user.id);
        await client.organizations.delete(company.id);
        return [user, again, identities, companies, admins, merged, found];
    """)
    assert (again["id"], again["name"]) == (user["id"], "Two") == (merged["id"], merged["name"])
    assert [row["value"] for row in identities] == ["one@example.com", "two@example.com"]
    assert [row["name"] for row in companies] == ["New"] == [row["name"] for row in found]
    assert [row["email"] for row in admins] == ["admin@example.com"]


def test_groups_and_their_members(run):
    """The new member is there."""
    group, count, members, assignable, left = run("""
        const {result: {id}} = await client.groups.create({group: {name: 'New Team'}});
        const {result: group} = await client.groups.update(id, {group: {name: 'Renamed'}});
        const {result: {count}} = await client.groups.count();
        const {result: {id: user_id}} = await client.users.me();
        await client.groupmemberships.create({group_membership: {user_id, group_id: id}});
        const members = await client.groupmemberships.listByGroup(id);
        const assignable = await client.groups.assignable();
        await client.groups.delete(id);
        return [group, count, members, assignable, await client.groups.list()];
    """)
    assert (group["name"], count["value"], len(members)) == ("Renamed", 3, 1)
    assert group["id"] in [row["id"] for row in assignable]
    assert group["id"] not in [row["id"] for row in left]


def test_views_show_what_their_conditions_say(run):
    """What is shown is counted."""
    view, executed, tickets, count, counts, export = run("""
        const all = [{field: 'status', operator: 'less_than', value: 'solved'}];
        const {result: {id}} = await client.views.create({view: {title: 'Mine', all}});
        const {result: view} = await client.views.update(id, {view: {title: 'Ours'}});
        const [executed] = await client.views.execute(id, {});
        const [{tickets}] = await client.views.tickets(id);
        await client.views.preview({view: {all, output: {columns: ['subject']}}});
        const {result: {view_count: count}} = await client.views.showCount(id);
        const {result: {view_counts: counts}} = await client.views.showCounts([id]);
        const {result: {export: export_}} = await client.views.export(id);
        return [view, executed, tickets, count, counts, export_];
    """)
    assert (view["title"], executed["id"], export["view_id"]) == ("Ours", view["id"], view["id"])
    assert len(tickets) == count["value"] == counts[0]["value"] > 0
    assert {ticket["status"] for ticket in tickets} <= {"new", "open", "pending"}


def test_triggers_macros_and_automations(run):
    """What is changed is found, what is deleted gone."""
    trigger, revisions, found, automation, left = run("""
        const all = [{field: 'status', operator: 'is', value: 'open'}];
        const actions = [{field: 'priority', value: 'urgent'}];
        const {result: {id}} = await client.triggers.create({trigger: {title: 'Mine', conditions: {all}, actions}});
        const {result: trigger} = await client.triggers.update(id, {trigger: {title: 'Ours'}});
        await client.triggers.updateMany([{id, position: 3}]);
        const revisions = await client.triggers.listRevisions(id);
        const {result: {macro}} = await client.macros.create({macro: {title: 'Haste', actions}});
        const {result: found} = await client.macros.search('Haste');
        const {result: automation} = await client.automations.create({automation: {title: 'Mine', actions, all: [
            ...all, {field: 'OPEN', operator: 'greater_than', value: 4}]}});
        await client.macros.delete(macro.id);
        await client.automations.delete(automation.id);
        await client.triggers.delete(id);
        const left = await client.triggers.list();
        return [trigger, revisions, found, automation, left.map(row => row.id)];
    """)
    assert trigger["title"] == "Ours"
    assert revisions
    assert [row["title"] for row in found] == ["Haste"]
    assert automation["title"] == "Mine"
    assert trigger["id"] not in left


def test_search_and_exports(run):
    """Search, count and exports agree."""
    subjects, users, count, exported, tickets, cursor, people, companies = run("""
        const {result: pending} = await client.search.query('type:ticket status:pending');
        const {result: {count}} = await client.search.showResultsCount('type:user');
        const exported = await client.search.exportResults('', 'user', 2);
        const tickets = await client.tickets.incremental(0);
        const {result: cursor} = await client.ticketexport.exportCursor(0, '');
        return [pending.map(row => row.subject), await client.search.queryAll('type:user'), count, exported, tickets,
            cursor, await client.users.incremental(0), await client.organizations.incremental(0)];
    """)
    assert subjects == ["Invoice 1042 is missing a line"]
    assert len(users) == count == len(exported) == 5
    assert len(tickets) == len(cursor["tickets"]) == 5
    # Exports show who was deleted, too.
    assert (len(people), len(companies)) == (6, 2)


def test_all_pages_are_followed(run):
    """Every page is fetched, by cursor; no row is lost."""
    users, emails = run("""
        for (const part of ['a', 'b']) {
            const users = Array.from({length: 75}, (_, index) => ({name: 'N', email: `${part}${index}@example.com`}));
            await client.users.createMany({users});
        }
        const listed = await client.users.list();
        return [listed.length, new Set(listed.map(user => user.email)).size];
    """)
    assert users == emails == 155


RESOURCES = """
    automations brand customagentroles groupmemberships locales macros organizationfields organizationmemberships
    organizations permissiongroups policies requests satisfactionratings sessions suspendedtickets tags targets
    ticketfields ticketforms triggers userfields views webhooks
"""


def test_lists_of_the_smaller_resources(run):
    """Each shows what the account has."""
    counts = run(f"""
        const rows = name => client[name].list().then(found => (found.result ?? found).length);
        const names = {json.dumps(RESOURCES.split())};
        return Object.fromEntries(await Promise.all(names.map(async name => [name, await rows(name)])));
    """)
    assert {name for name, count in counts.items() if not count} == set()


def test_help_center(run):
    """The new article is in its section."""
    article, listed, left = run("""
        const {result: category} = await guide.categories.create({category: {name: 'C', locale: 'en-us'}});
        const {result: section} = await guide.sections.create(category.id, {section: {name: 'S', locale: 'en-us'}});
        const {result: article} = await guide.articles.create(section.id, {article: {
            title: 'A', body: 'B', locale: 'en-us', permission_group_id: 1, user_segment_id: null}});
        const listed = await guide.articles.listBySection(section.id);
        await guide.articles.delete(article.id);
        return [article, listed, await guide.articles.list()];
    """)
    assert [row["id"] for row in listed] == [article["id"]]
    assert article["id"] not in [row["id"] for row in left]


def test_an_upload_arrives_but_its_answer_is_not_read(run, control):
    """The token is lost; uploads are answered as text/plain (recorded), and only JSON is read."""
    answer = run("""
        const {Readable} = require('node:stream');
        return client.attachments.upload(Readable.from(['hello']), {filename: 'note.txt', binary: false});
    """)
    assert answer == {}
    arrived = control.get("/journal").json()
    assert (arrived["entries"] if isinstance(arrived, dict) else arrived)[-1]["status"] == 201


def test_calls_that_the_client_gets_wrong(run):
    """The client fails: it sends nothing, or asks a path that is not there."""
    failures = run("""
        const calls = [() => client.views.delete(1), () => client.triggers.bulkDelete([1]),
            () => client.activitystream.list(), () => client.tickets.export(0)];
        return Promise.all(calls.map(call => call().then(() => 'works', error => error.message)));
    """)
    assert "works" not in failures
