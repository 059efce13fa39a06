"""Tables keep records in the order of their creation, and a record takes with it what hangs on it."""

from __future__ import annotations

from harness.sandbox.store import Store, Table


def table(*ids: int) -> Table:
    made = Table("tickets")
    for ident in ids:
        made.add({"id": ident, "status": "open"})
    return made


def test_a_record_is_found_by_its_id_as_text_or_number() -> None:
    tickets = table(7)
    assert tickets.get(7) is tickets.get("7") is not None
    assert tickets.get(8) is None


def test_records_come_in_the_order_of_their_creation() -> None:
    assert [row["id"] for row in table(3, 1, 2)] == [3, 1, 2]


def test_the_trash_keeps_a_record_until_it_is_restored_or_removed() -> None:
    tickets = table(1, 2)
    tickets.move_to_trash(1)
    assert [len(tickets), list(tickets.trash)] == [1, ["1"]]
    tickets.restore(1)
    assert [row["id"] for row in tickets] == [2, 1]
    tickets.move_to_trash(2)
    assert tickets.remove(2) == {"id": 2, "status": "open"}
    assert tickets.trash == {}


def test_what_is_not_there_cannot_be_moved() -> None:
    tickets = table(1)
    assert tickets.move_to_trash(9) is tickets.restore(9) is tickets.remove(9) is None


def test_records_are_chosen_by_fields_and_by_a_test() -> None:
    tickets = table(1, 2)
    tickets.add({"id": 3, "status": "closed"})
    assert [row["id"] for row in tickets.where(status="open")] == [1, 2]
    assert [row["id"] for row in tickets.where(lambda row: row["id"] > 1, status="open")] == [2]


def test_nested_records_belong_to_their_parents() -> None:
    comments = Table("tickets/comments")
    comments.add({"id": 1}, ("7",))
    comments.add({"id": 2}, ("8",))
    assert comments.within(("7",)) == [{"id": 1}]


def test_local_ids_may_repeat_under_another_parent() -> None:
    fields = Table("objects/fields", key="key", local=True)
    fields.add({"key": "name"}, ("car",))
    fields.add({"key": "name"}, ("boat",))
    assert list(fields.rows) == ["car/name", "boat/name"]


def test_a_record_takes_its_parts_with_it_and_nobody_elses() -> None:
    store = Store()
    for ident in ("7", "8"):
        store["groups"].add({"id": ident})
        store["groups/users"].add({"id": f"u{ident}"}, (ident,))
        store["group_memberships"].add({"id": f"m{ident}", "group_id": ident})
    assert store.erase("groups", "7") == {"id": "7"}
    assert [list(store[name].rows) for name in ("groups", "groups/users", "group_memberships")] == [
        ["8"],
        ["u8"],
        ["m8"],
    ]


def test_what_hangs_on_a_record_can_be_listed() -> None:
    store = Store()
    store["tickets/comments"].add({"id": 1}, ("7",))
    store["tickets/comments"].add({"id": 2}, ("8",))
    assert [(below.name, key) for below, key in store.nested_in("tickets", "7")] == [("tickets/comments", "1")]


def test_a_number_is_never_given_twice() -> None:
    store = Store()
    assert [store.next("id", 10, 5) for _ in range(3)] == [10, 15, 20]
    assert store.next("another") == 1


def test_a_dump_shows_only_tables_that_hold_something() -> None:
    store = Store()
    store["users"].add({"id": 1})
    store["tickets"].add({"id": 2})
    store["tickets"].move_to_trash(2)
    assert len(store["views"]) == 0
    assert store.dump() == {"tickets": {"rows": {}, "trash": {"2": {"id": 2}}}, "users": {"rows": {"1": {"id": 1}}}}
