"""Every operation of the Zoho Desk catalog: answered, as documented, and nearly all with success."""

from __future__ import annotations

import pickle

import pytest
from zoho_portal import Portal, engine
from zoho_requests import complaints, send

LEAST = 0.97


@pytest.fixture(scope="module")
def answers():
    """Each operation's answer to a request that should succeed, every one from a portal as the seed leaves it."""
    portal = Portal()
    fresh = pickle.dumps((portal.org.store, portal.org.memo))
    answers = []
    for operation in engine().catalog.operations:
        portal.org.store, portal.org.memo = pickle.loads(fresh)
        answers.append((operation, send(portal, operation)))
    return answers


def test_all_operations_are_served(answers):
    assert len(answers) == 708


def test_no_answer_is_a_failure_of_the_server(answers):
    assert [operation.key for operation, reply in answers if reply.status >= 500] == []


def test_nearly_every_operation_succeeds(answers):
    failed = [(operation.key, reply.status, reply.body) for operation, reply in answers if not reply.ok]
    assert 1 - len(failed) / len(answers) >= LEAST, failed


def test_every_answer_is_one_that_the_document_declares(answers):
    wrong = {operation.key: problems for operation, reply in answers if (problems := complaints(operation, reply))}
    assert wrong == {}


def test_every_record_that_is_listed_can_be_read(answers):
    portal, checked = Portal(), 0
    for operation, _ in answers:
        plan = engine().plan(operation)
        if plan.kind == "show" and not plan.parents and len(portal.org.store[plan.table]):
            ident = portal.org.store[plan.table]
            value = next(str(row[ident.key]) for row in ident)
            path = operation.path.removeprefix("/api/v1").replace(f"{{{plan.target}}}", value)
            assert portal.get(path).status == 200, operation.key
            checked += 1
    assert checked > 40


def test_every_created_record_can_be_read_and_deleted_again(answers):
    """For each flat collection: what POST answers is what GET shows; after DELETE it is gone."""
    portal, checked = Portal(), []
    by_path = {(operation.method, operation.path): operation for operation, _ in answers}
    for operation, _ in answers:
        item = next((f"{operation.path}/{{{name}}}" for method, path in by_path
                     if method == "GET" and path.rpartition("/")[0] == operation.path
                     for name in [path.rpartition("/")[2].strip("{}")] if path.endswith("}")), "")  # fmt: skip
        if operation.method != "POST" or not item or "{" in operation.path or ("DELETE", item) not in by_path:
            continue
        created = send(portal, operation)
        assert created.ok, (operation.key, created.body)
        ident = str(created.body[portal.org.store[engine().plan(operation).table].key])
        path = item.removeprefix("/api/v1").rpartition("/")[0] + f"/{ident}"
        assert portal.get(path).status == 200, operation.key
        assert portal.send("DELETE", path).ok, operation.key
        assert portal.get(path).status in (204, 404), operation.key
        checked.append(operation.key)
    assert len(checked) >= 10, checked
