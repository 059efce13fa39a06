"""The org that is meant is one of the credentials', known beyond doubt; a list that cannot be read is no empty one."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Response
from harness.execution.org_choice import OrgChoice, choose, confirm, locate
from harness.target import Credentials, Target
from harness.vendors.listed_org import ListedOrg
from harness.vendors.obstacle import Obstacle, OrgError

DESK = Target("desk", "zoho", "https://desk.zoho.eu", Credentials("zoho", client_id="1000.A"))
LANE, PRODUCTION, REED = (
    ListedOrg("730000001", ("Paper Lane", "paperlane17")),
    ListedOrg("730000002", ("Paper Lane", "paperlane")),
    ListedOrg("730000003", ("Reed and Sons", "reed")),
)
ALL = (LANE, PRODUCTION, REED)


def target(org_id: str = "", org_name: str = "") -> Target:
    return replace(DESK, org_id=org_id, org_name=org_name)


def refused(meant: Target, listed: tuple[ListedOrg, ...], remembered: str = "") -> OrgError:
    with pytest.raises(OrgError) as caught:
        choose(meant, listed, remembered)
    assert caught.value.exit_code == 2
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("meant", "listed", "remembered", "org", "reason"),
    [
        (target("730000003"), ALL, "", REED, ""),
        (target("730000003", "Paper Lane"), ALL, "730000001", REED, ""),
        (target(org_name="reed AND sons"), ALL, "", REED, "chosen by its name"),
        (target(org_name="paperlane17"), ALL, "", LANE, "chosen by its name"),
        (target(org_name="730000002"), ALL, "", PRODUCTION, "chosen by its name"),
        (target(), (REED,), "", REED, "the only one of the credentials"),
        (target(), ALL, "730000001", LANE, "chosen before"),
        (target(org_name="an old name"), ALL, "730000003", REED, "chosen before"),
        (target(), (REED,), "730000001", REED, "the only one of the credentials"),
    ],
)
def test_the_org_that_is_meant(
    meant: Target, listed: tuple[ListedOrg, ...], remembered: str, org: ListedOrg, reason: str
) -> None:
    choice = choose(meant, listed, remembered)
    assert (choice.org, choice.reason) == (org, reason)


@pytest.mark.parametrize(
    ("meant", "listed", "remembered", "obstacle", "what"),
    [
        (target("7"), ALL, "", Obstacle.WRONG_ORG, "org_id '7' is none of the token's"),
        (target("7"), ALL, "730000001", Obstacle.WRONG_ORG, "org_id '7' is none of the token's"),
        (target("7"), (), "", Obstacle.NO_ORG, "the credentials are for no org at all"),
        (target(), (), "730000001", Obstacle.NO_ORG, "the credentials are for no org at all"),
        (target(), ALL, "", Obstacle.CONFIGURATION, "org_id is not set, and the credentials are for 3 orgs"),
        (target(), ALL, "999", Obstacle.CONFIGURATION, "org_id is not set, and the credentials are for 3 orgs"),
        (target(org_name="Paper Lane"), ALL, "", Obstacle.CONFIGURATION, "2 orgs of the credentials are called"),
        (target(org_name="Paper"), ALL, "", Obstacle.WRONG_ORG, "no org of the credentials is called 'Paper'"),
    ],
)
def test_a_doubt_is_told_with_the_orgs_that_there_are(
    meant: Target, listed: tuple[ListedOrg, ...], remembered: str, obstacle: Obstacle, what: str
) -> None:
    error = refused(meant, listed, remembered)
    assert error.obstacle is obstacle
    assert what in error.what
    if listed:
        assert '"730000001" (Paper Lane) paperlane17' in error.remedy


ORGS = st.lists(st.sampled_from(ALL), unique=True).map(tuple)


@given(st.sampled_from(["", "7", "730000001"]), st.sampled_from(["", "Paper Lane", "reed"]), ORGS,
       st.sampled_from(["", "730000001", "9"]))  # fmt: skip
def test_whatever_is_configured_only_an_org_of_the_list_is_chosen(
    org_id: str, name: str, listed: tuple[ListedOrg, ...], remembered: str
) -> None:
    with contextlib.suppress(OrgError):
        choice = choose(target(org_id, name), listed, remembered)
        assert choice.org in listed
        assert not org_id or choice.org.id == org_id


def answer(status: int, body: Any = b"") -> Response:
    return Response(status, (), body if isinstance(body, bytes) else json.dumps(body).encode())


LIST = {"data": [{"id": "730000001", "companyName": "Paper Lane"}]}


@pytest.mark.parametrize("empty", [answer(204), answer(200, {"data": []})])
@pytest.mark.parametrize("org_id", ["", "730000001"])
def test_an_empty_list_is_no_org(tmp_path: Path, empty: Response, org_id: str) -> None:
    with pytest.raises(OrgError) as caught:
        locate(target(org_id), empty, tmp_path)
    assert caught.value.obstacle is Obstacle.NO_ORG


@pytest.mark.parametrize("org_id", ["", "730000001"])
@pytest.mark.parametrize(
    ("broken", "obstacle", "code"),
    [
        (answer(200, b"<html>Sign in</html>"), Obstacle.NOT_THE_API, 2),
        (answer(200, b""), Obstacle.NOT_THE_API, 2),
        (answer(200, {"data": None}), Obstacle.NOT_THE_API, 2),
        (answer(200, {"data": [{"name": "x"}]}), Obstacle.NOT_THE_API, 2),
        (answer(302), Obstacle.NOT_THE_API, 2),
        (answer(404), Obstacle.NOT_THE_API, 2),
        (answer(500, {"errorCode": "INTERNAL_SERVER_ERROR"}), Obstacle.UNAVAILABLE, 4),
        (answer(503), Obstacle.UNAVAILABLE, 4),
        (answer(429), Obstacle.THROTTLED, 4),
    ],
)
def test_an_answer_that_is_no_list_says_nothing_of_orgs(
    tmp_path: Path, broken: Response, obstacle: Obstacle, code: int, org_id: str
) -> None:
    with pytest.raises(OrgError, match="cannot be listed") as caught:
        locate(target(org_id), broken, tmp_path)
    assert (caught.value.obstacle, caught.value.exit_code) == (obstacle, code)


def test_a_list_that_is_kept_from_the_credentials_leaves_the_configured_org(tmp_path: Path) -> None:
    assert locate(target("7"), answer(403), tmp_path) == (target("7"), None)
    with pytest.raises(OrgError) as caught:
        locate(target(), answer(403), tmp_path)
    assert caught.value.obstacle is Obstacle.NOT_PERMITTED


def test_an_org_is_found_once_remembered_and_held_against_the_list_each_time(tmp_path: Path) -> None:
    state = tmp_path / "state"
    found, choice = locate(target(), answer(200, LIST), state)
    assert found.org_id == "730000001"
    assert choice is not None
    assert choice.message == "730000001 is Paper Lane, the only one of the credentials"
    more = {"data": [*LIST["data"], {"id": "8"}]}
    again, choice = locate(target(), answer(200, more), state)
    assert again.org_id == "730000001"
    assert choice == OrgChoice(ListedOrg("730000001", ("Paper Lane",)), "chosen before")
    with pytest.raises(OrgError, match="org_id is not set"):
        locate(target(), answer(200, {"data": [{"id": "8"}, {"id": "9"}]}), state)


def test_what_is_configured_is_not_kept(tmp_path: Path) -> None:
    locate(target("730000001"), answer(200, LIST), tmp_path / "state")
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("other", [replace(DESK, vendor="zendesk"), replace(DESK, embedded=True)])
def test_where_one_org_has_one_host_nothing_is_chosen(tmp_path: Path, other: Target) -> None:
    assert locate(other, answer(500), tmp_path) == (other, None)


@pytest.mark.parametrize(("listed", "obstacle"), [
    ([{"id": "730000001"}], None), ([{"id": "730000002"}], Obstacle.WRONG_ORG), ([], Obstacle.NO_ORG),
])  # fmt: skip
def test_in_a_run_under_way_the_org_must_still_be_one_of_the_credentials(
    listed: list[dict[str, str]], obstacle: Obstacle | None
) -> None:
    said = answer(200, {"data": listed})
    if obstacle is None:
        confirm(target("730000001"), said)
        return
    with pytest.raises(OrgError) as caught:
        confirm(target("730000001"), said)
    assert caught.value.obstacle is obstacle


def test_a_list_that_is_kept_from_us_confirms_nothing_and_stops_nothing() -> None:
    confirm(target("730000001"), answer(403))
    confirm(target("730000001"), None)
