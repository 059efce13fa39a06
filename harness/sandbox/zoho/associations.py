"""Records that belong together without owning each other: followers, members, labels, badges, products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.service import Behaviour
from harness.sandbox.store import Record
from harness.sandbox.zoho import errors
from harness.sandbox.zoho.body import given, listed_ids
from harness.sandbox.zoho.bulk_reply import outcome
from harness.sandbox.zoho.ids import HOME


@dataclass(frozen=True, slots=True)
class Link:
    """Pairs of records of two tables; `name` is the table that keeps them. `extra` goes into each row that is shown."""

    name: str
    left: str
    right: str
    extra: dict[str, Any] = field(default_factory=dict)

    def join(self, org: Org, left: str, right: str, **fields: Any) -> bool:
        """Tie two records; false where one of them is not there."""
        if org.store[self.left].get(left) is None or org.store[self.right].get(right) is None:
            return False
        org.store[self.name].add({"id": f"{left}:{right}", "left": left, "right": right, **fields})
        return True

    def part(self, org: Org, left: str, right: str) -> bool:
        """Untie them; false where they were not tied."""
        return org.store[self.name].remove(f"{left}:{right}") is not None

    def rights(self, org: Org, left: str) -> list[Record]:
        """What the left one is tied to."""
        return self._ends(org, "left", left, "right", self.right)

    def lefts(self, org: Org, right: str) -> list[Record]:
        """What the right one is tied to."""
        return self._ends(org, "right", right, "left", self.left)

    def _ends(self, org: Org, near: str, ident: str, far: str, table: str) -> list[Record]:
        pairs = org.store[self.name].where(lambda pair: bool(pair[near] == ident))
        found = ((org.store[table].get(pair[far]), pair) for pair in pairs)
        own = ("id", "left", "right")
        return [
            {**record, **self.extra, **{name: value for name, value in pair.items() if name not in own}}
            for record, pair in found
            if record is not None
        ]


def _known(org: Org, table: str, ident: str) -> bool:
    return org.store[table].get(ident) is not None


def shown(link: Link, parameter: str, *, back: bool = False) -> Behaviour:
    """List what the record in the path is tied to; `back` looks from the right model."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not _known(org, link.right if back else link.left, ident):
            return errors.missing(org, call)
        rows = link.lefts(org, ident) if back else link.rights(org, ident)
        return org.engine.listed(org, call, rows)

    return behaviour


def tie(link: Link, parameter: str, *fields: str, back: bool = False, on: bool = True) -> Behaviour:
    """Tie the record in the path to those in the body, or untie where `on` or the body's `associate` is false."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not _known(org, link.right if back else link.left, ident):
            return errors.missing(org, call)
        act = link.join if on and given(call, "associate", True) is not False else link.part
        pairs: Iterable[tuple[str, tuple[str, str]]] = (
            (one, (one, ident) if back else (ident, one)) for one in listed_ids(call, *fields)
        )
        done = [(one, act(org, *pair)) for one, pair in pairs]
        plan = org.engine.plan_of(call)
        if plan.key == "data":
            return org.engine.listed(org, call, link.rights(org, ident), plan)
        return outcome(org, call, done)

    return behaviour


def mine(link: Link, parameter: str, *, on: bool = True) -> Behaviour:
    """Tie the acting agent to the record in the path: follow, like, star."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not _known(org, link.left, ident):
            return errors.missing(org, call)
        (link.join if on else link.part)(org, ident, HOME["agents"])
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def starred(org: Org, call: Call) -> Reply:
    """GET /starredViews: the acting agent's, in the shape of the list's envelope."""
    rows = STARRED.lefts(org, HOME["agents"])
    reply = org.engine.listed(org, call, rows)
    if isinstance(reply.body, dict):
        reply.body["module"] = call.arg("module") or reply.body.get("module")
    return reply


# The modules whose entities anybody may follow, by the names that paths have for them.
_ENTITIES = {
    "articleTranslations": "articles/translations",
    "kbRootCategories": "kbRootCategories",
    "kbSections": "kbSections",
}


def entity(org: Org, call: Call) -> Reply:
    """POST …/follow and …/unfollow, GET …/followers and …/followersCount of an article, category or section."""
    table, ident = _ENTITIES.get(call.values["moduleAPIName"], ""), call.values["entityId"]
    if not table or not any(str(row.get("id")) == ident for row in org.store[table]):
        return errors.missing(org, call)
    kept, plan = org.store[f"{table}/followers"], org.engine.plan_of(call)
    if call.method == "GET":
        found = (org.store["agents"].get(pair["right"]) for pair in kept.where(left=ident))
        rows = [one for one in found if one is not None]
        if plan.kind == "list":
            return org.engine.listed(org, call, rows, plan)
        return org.engine.shown(plan, {"count": str(len(rows))})
    pair = f"{ident}:{HOME['agents']}"
    if call.path.endswith("/follow"):
        kept.add({"id": pair, "left": ident, "right": HOME["agents"]})
    else:
        kept.remove(pair)
    return Reply(plan.status)


def _followed(table: str, kind: str) -> Link:
    return Link(f"{table}/followers", table, "agents", {"following": kind})


TICKETS, CONTACTS, ACCOUNTS = (_followed(f"{kind}s", kind) for kind in ("ticket", "contact", "account"))
OWNED = Link("accounts/products", "accounts", "products")
USED = Link("contacts/products", "contacts", "products")
KNOWN = Link("accounts/contacts", "accounts", "contacts")
STAFF = Link("departments/agents", "departments", "agents")
ABLE = Link("agents/skills", "agents", "skills")
BADGES = Link("users/badges", "users", "badges")
GROUPS = Link("groups/users", "groups", "users")
LABELS = Link("labels/users", "labels", "users")
MODERATORS = Link("kbRootCategories/moderators", "kbRootCategories", "agents")
REVIEWERS = Link("kbRootCategories/reviewOwners", "kbRootCategories", "agents")
TOPICS = Link("communityTopics/followers", "communityTopics", "agents")
VOTERS = Link("communityTopics/voters", "communityTopics", "agents")
CATEGORIES = Link("communityCategory/followers", "communityCategory", "agents")
PEOPLE = Link("communityUsers/followers", "communityUsers", "agents")
PROFILES = Link("layouts/profiles", "layouts", "profiles")
STARRED = Link("views/stars", "views", "agents")
USED_ARTICLES = Link("tickets/articles", "tickets", "articles")

SEEDED = (OWNED, USED, KNOWN, STAFF, ABLE, TICKETS, CONTACTS, ACCOUNTS, BADGES, GROUPS, LABELS, PROFILES, REVIEWERS,
          STARRED)  # fmt: skip
"""The links that a fresh portal has pairs of."""

BEHAVIOURS: dict[str, Behaviour] = {
    "addTicketFollowers": tie(TICKETS, "ticketId", "followerIds"),
    "removeTicketFollowers": tie(TICKETS, "ticketId", "followerIds", on=False),
    "getTicketFollowers": shown(TICKETS, "ticketId"),
    "addContactFollowers": tie(CONTACTS, "contactId", "followerIds"),
    "removeContactFollowers": tie(CONTACTS, "contactId", "followerIds", on=False),
    "getContactFollowers": shown(CONTACTS, "contactId"),
    "addAccountFollowers": tie(ACCOUNTS, "accountId", "followerIds"),
    "removeAccountFollowers": tie(ACCOUNTS, "accountId", "followerIds", on=False),
    "getAccountFollowers": shown(ACCOUNTS, "accountId"),
    "associateProductsWithAccount": tie(OWNED, "accountId", "ids"),
    "associateAccountsWithProduct": tie(OWNED, "productId", "ids", back=True),
    "getProductsUnderAccount": shown(OWNED, "accountId"),
    "getAccountsByProduct": shown(OWNED, "productId", back=True),
    "associateProductsWithContact": tie(USED, "contactId", "ids"),
    "associateContactsWithProduct": tie(USED, "productId", "ids", back=True),
    "getProductsUnderContact": shown(USED, "contactId"),
    "getContactsUnderProduct": shown(USED, "productId", back=True),
    "associateAccountsWithContact": tie(KNOWN, "contactId", "data", back=True),
    "dissociateAccountsWithContact": tie(KNOWN, "contactId", "ids", back=True, on=False),
    "getAccountsByContact": shown(KNOWN, "contactId", back=True),
    "associateAgentsToDepartment": tie(STAFF, "departmentId", "agentIds"),
    "dissociateAgents": tie(STAFF, "departmentId", "agentIds", on=False),
    "getAgentsInDepartment": shown(STAFF, "departmentId"),
    "mapSkillsWithAgent": tie(ABLE, "agentId", "skillIds"),
    "getSkillsOfAgent": shown(ABLE, "agentId"),
    "associateBadgesToUsers": tie(BADGES, "userId", "badgeIds"),
    "dissociateBadgesFromUsers": tie(BADGES, "userId", "badgeIds", on=False),
    "getUserBadges": shown(BADGES, "userId"),
    "addHelpCenterGroupUsers": tie(GROUPS, "groupId", "users"),
    "deleteHCGroupUsers": tie(GROUPS, "groupId", "userIds", on=False),
    "getHelpCenterGroupUsers": shown(GROUPS, "groupId"),
    "associateGroupsToUsers": tie(GROUPS, "userId", "groups", back=True),
    "deleteGroupsFromUsers": tie(GROUPS, "userId", "groupIds", back=True, on=False),
    "getUserGroups": shown(GROUPS, "userId", back=True),
    "assignLabelToUsers": tie(LABELS, "labelId", "userIds"),
    "removeLabelsFromUsers": tie(LABELS, "labelId", "userIds", on=False),
    "getUsersByLabel": shown(LABELS, "labelId"),
    "assignLabelsToUser": tie(LABELS, "userId", "labels", back=True),
    "removeLabelsFromUser": tie(LABELS, "userId", "labelIds", back=True, on=False),
    "getUserLabels": shown(LABELS, "userId", back=True),
    "addKBRootCategoryModerators": tie(MODERATORS, "rootCategoryId", "moderatorIds"),
    "deleteKBRootCategoryModerators": tie(MODERATORS, "rootCategoryId", "moderatorIds", on=False),
    "addKBRootCategoryReviewOwners": tie(REVIEWERS, "rootCategoryId", "reviewOwnerIds"),
    "deleteKBCategoryReviewOwners": tie(REVIEWERS, "rootCategoryId", "reviewOwnerIds", on=False),
    "getKBRootCategoryReviewOwners": shown(REVIEWERS, "rootCategoryId"),
    "followCommunityTopic": mine(TOPICS, "topicId"),
    "unfollowCommunityTopic": mine(TOPICS, "topicId", on=False),
    "getAllCommunityTopicFollowers": shown(TOPICS, "topicId"),
    "updateCommunityTopicLike": mine(VOTERS, "topicId"),
    "unlikeATopic": mine(VOTERS, "topicId", on=False),
    "getCommuntiyTopicVoters": shown(VOTERS, "topicId"),
    "followCommunityCategory": mine(CATEGORIES, "categoryId"),
    "unfollowCommunityCategory": mine(CATEGORIES, "categoryId", on=False),
    "getCommunityCategoryFollowers": shown(CATEGORIES, "categoryId"),
    "updateFollowersToCommunityUser": mine(PEOPLE, "userId"),
    "updateUnFollowersToCommunityUser": mine(PEOPLE, "userId", on=False),
    "getAllCommunityUserFollowers": shown(PEOPLE, "userId"),
    "associateProfilesToLayout": tie(PROFILES, "layoutId", "layoutProfileIds"),
    "getLayoutProfiles": shown(PROFILES, "layoutId"),
    "followEntity": entity,
    "unfollowEntity": entity,
    "getEntityFollowers": entity,
    "getEntityFollowersCount": entity,
    "getStarredViews": starred,
    "addStarredView": mine(STARRED, "cvId"),
    "removeStarredView": mine(STARRED, "cvId", on=False),
    "mapArticlesToTicket": tie(USED_ARTICLES, "ticketId", "ids"),
}
