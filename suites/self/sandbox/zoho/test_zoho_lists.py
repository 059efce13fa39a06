"""Collections read in other ways than page by page: by ids, counted, by name."""

from __future__ import annotations

from zoho_portal import code


def test_records_are_shown_in_the_order_in_which_they_are_named(portal):
    ids = list(portal.org.store["contacts"].rows)[:2]
    rows = portal.get("/contacts/contactsByIds", ids=",".join([*reversed(ids), "730000000000000999"])).body["data"]
    assert [row["id"] for row in rows] == ids[::-1], "who is not there is left out"


def test_a_count_follows_the_records(portal):
    before = int(portal.get("/ticketsCount").body["count"])
    portal.ticket()
    assert portal.get("/ticketsCount").body["count"] == str(before + 1)


def test_agents_are_counted_by_the_state_of_their_tickets(portal):
    query = {"agentIds": portal.first("agents"), "departmentId": portal.first("departments")}

    def open_tickets():
        (row,) = portal.get("/agentsTicketsCount", **query).body["data"]
        return int(row["openCount"])

    before = open_tickets()
    portal.ticket(assigneeId=query["agentIds"])
    assert open_tickets() == before + 1


def test_a_name_is_taken_however_it_is_written(portal):
    name = portal.org.store["departments"].rows[portal.first("departments")]["name"]
    taken = portal.get("/departments/checkExists", departmentName=name.upper())
    free = portal.get("/departments/checkExists", departmentName="Nobody has this")
    assert (taken.body["isDepartmentNameExist"], free.body["isDepartmentNameExist"]) == (True, False)


def test_a_page_can_be_found_by_its_address(portal):
    category = portal.org.store["communityCategory"].rows[portal.first("communityCategory")]
    category["permalink"] = "questions"
    assert portal.get("/communityCategoryByPermalink", permalink="questions").body["id"] == category["id"]
    assert code(portal.get("/communityCategoryByPermalink", permalink="nowhere")) == "UNPROCESSABLE_ENTITY"
