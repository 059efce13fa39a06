"""Ids: long digits as text, never given twice, some of them known beforehand."""

from __future__ import annotations

import json
import re

from zoho_portal import Portal

from harness.sandbox.zoho.ids import FIRST_IDS, REFERENCED_TABLES, UNUSED_ID, new_id


def test_ids_are_long_digits_and_never_given_twice():
    tables = Portal().org.store.tables.values()
    ids = [str(row["id"]) for table in tables for row in table if table.key == "id" and ":" not in str(row.get("id"))]
    named = {"730000001", "books", "inventory", "invoice"}
    assert all(re.fullmatch(r"\d{18}", one) for one in ids if one not in named)
    assert len(ids) == len(set(ids))


def test_records_made_up_within_a_record_have_an_id_that_no_record_has():
    portal = Portal()
    assert all(UNUSED_ID not in table.rows for table in portal.org.store.tables.values())
    assert UNUSED_ID in json.dumps(portal.org.store.dump())


def test_the_first_record_of_a_table_may_have_an_id_known_beforehand(portal):
    assert portal.first("departments") == FIRST_IDS["departments"]
    assert new_id(portal.org, "departments", {}) != FIRST_IDS["departments"]


def test_an_id_is_of_the_type_that_the_schema_asks_for(portal):
    assert isinstance(new_id(portal.org, "tasks", {"type": "string"}), str)
    assert isinstance(new_id(portal.org, "tasks", {"type": "integer"}), int)


def test_a_field_points_into_a_table_that_has_a_first_record():
    assert set(REFERENCED_TABLES.values()) <= FIRST_IDS.keys()
