"""Which org is meant where one host serves several: one of those that the credentials are for, or none is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.exchange import Response
from harness.execution import remembered_org
from harness.settings import CONFIG
from harness.target import Target
from harness.vendors import VENDORS
from harness.vendors.listed_org import ListedOrg
from harness.vendors.obstacle import Obstacle, OrgError
from harness.vendors.vendor import OrgDirectory


@dataclass(frozen=True, slots=True)
class OrgChoice:
    """The org that is meant, and how that is known, as the rest of a sentence; `is_new` where it was found out now."""

    org: ListedOrg
    reason: str = ""
    is_new: bool = False

    @property
    def message(self) -> str:
        """For a person: `730000001 is Paper Lane, the only one of the credentials`."""
        name = f" is {self.org.names[0]}" if self.org.names else ""
        return f"{self.org.id}{name}" + (f", {self.reason}" if self.reason else "")


def locate(target: Target, answer: Response | None, state: Path) -> tuple[Target, OrgChoice | None]:
    """The target with the id of its org, by the org's answer to the question what it is; and how that was chosen.

    What was found out is kept in the folder `state`, and held against the list each time. No choice is made where a
    vendor has one org a host, or the list is kept from the credentials though an id is configured. Raises `OrgError`
    where the org is none of the credentials', where nothing says which is meant, and where the answer is no list.
    """
    directory = VENDORS[target.vendor].orgs
    if directory is None or target.embedded or answer is None:
        return target, None
    listed = listed_orgs(target, answer, directory)
    if listed is None:
        return target, None
    choice = choose(target, listed, "" if target.org_id else remembered_org.read(target, state))
    if choice.is_new:
        remembered_org.write(target, choice.org.id, state)
    return replace(target, org_id=choice.org.id), choice


def confirm(target: Target, answer: Response | None) -> None:
    """Raise `OrgError` where the target's org is none of the credentials' any more, by the answer that lists them."""
    directory = VENDORS[target.vendor].orgs
    if directory is None or not target.org_id or answer is None:
        return
    if (listed := listed_orgs(target, answer, directory)) is not None:
        choose(target, listed)


def listed_orgs(target: Target, answer: Response, directory: OrgDirectory) -> tuple[ListedOrg, ...] | None:
    """The orgs of an answer; None where it is kept from credentials whose org is configured.

    Raises `OrgError` where the answer says nothing of orgs: that is another thing than having none.
    """
    if answer.status == directory.empty:
        return ()
    if answer.status == 200:
        try:
            return directory.read(answer.json)
        except ValueError as error:
            raise _no_list(target, Obstacle.NOT_THE_API, f"200, but {error}") from error
    if answer.status == 403 and target.org_id:
        return None
    obstacle = Obstacle.NOT_PERMITTED if answer.status == 403 else Obstacle.NOT_THE_API
    if answer.status >= 500:
        obstacle = Obstacle.UNAVAILABLE
    elif answer.status == 429:
        obstacle = Obstacle.THROTTLED
    raise _no_list(target, obstacle, str(answer.status))


def choose(target: Target, listed: Sequence[ListedOrg], remembered: str = "") -> OrgChoice:
    """The org that is meant: the configured one, else the remembered one, else the one of its name, else the only one.

    Raises `OrgError` where it is none of those listed, and where nothing says which of them it is.
    """
    if not listed:
        signs = VENDORS[target.vendor].signs
        raise signs.diagnosis(Obstacle.NO_ORG, "the credentials are for no org at all").error(_where(target))
    if target.org_id:
        return OrgChoice(_configured(target, listed))
    if known := [org for org in listed if org.id == remembered]:
        return OrgChoice(known[0], "chosen before")
    if target.org_name:
        return OrgChoice(_named(target, listed), "chosen by its name", is_new=True)
    if len(listed) == 1:
        return OrgChoice(listed[0], "the only one of the credentials", is_new=True)
    raise OrgError(
        Obstacle.CONFIGURATION,
        f"org_id is not set, and the credentials are for {len(listed)} orgs",
        where=_where(target),
        remedy=_one_of(listed),
    )


def _configured(target: Target, listed: Sequence[ListedOrg]) -> ListedOrg:
    for org in listed:
        if org.id == target.org_id:
            return org
    what = f"org_id {target.org_id!r} is none of the token's"
    raise OrgError(Obstacle.WRONG_ORG, what, where=_where(target), remedy=_one_of(listed))


def _named(target: Target, listed: Sequence[ListedOrg]) -> ListedOrg:
    """The one org of the configured name, which may also be an id."""
    name = target.org_name
    matching = [org for org in listed if org.id == name or org.is_called(name)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        what = f"{len(matching)} orgs of the credentials are called {name!r}"
        raise OrgError(Obstacle.CONFIGURATION, what, where=_where(target), remedy=_one_of(matching))
    what = f"no org of the credentials is called {name!r}"
    raise OrgError(Obstacle.WRONG_ORG, what, where=_where(target), remedy=_one_of(listed))


def _no_list(target: Target, obstacle: Obstacle, problem: str) -> OrgError:
    what = f"the orgs of the credentials cannot be listed: the answer is {problem}"
    return VENDORS[target.vendor].signs.diagnosis(obstacle, what).error(target.base_url)


def _one_of(orgs: Sequence[ListedOrg]) -> str:
    return f"Set org_id in {CONFIG} to one of: {', '.join(org.description for org in orgs)}."


def _where(target: Target) -> str:
    return f"target {target.name}"
