"""Associations: records tied to each other without owning each other, such as followers, labels and badges."""

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
from harness.sandbox.zoho.bulk_reply import bulk_reply
from harness.sandbox.zoho.ids import FIRST_IDS


@dataclass(frozen=True, slots=True)
class Association:
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


def associated(link: Association, parameter: str, *, back: bool = False) -> Behaviour:
    """List what the record in the path is tied to; `back` looks from the right model."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not _known(org, link.right if back else link.left, ident):
            return errors.missing(org, call)
        rows = link.lefts(org, ident) if back else link.rights(org, ident)
        return org.engine.listed(org, call, rows)

    return behaviour


def associate(link: Association, parameter: str, *fields: str, back: bool = False, on: bool = True) -> Behaviour:
    """Tie the record in the path to those in the body, or untie where `on` or the body's `associate` is false."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not _known(org, link.right if back else link.left, ident):
            return errors.missing(org, call)
        act = link.join if on and given(call, "associate", True) is not False else link.part
        pairs: Iterable[tuple[str, tuple[str, str]]] = (
            (other, (other, ident) if back else (ident, other)) for other in listed_ids(call, *fields)
        )
        done = [(other, act(org, *pair)) for other, pair in pairs]
        plan = org.engine.plan_of(call)
        if plan.key == "data":
            return org.engine.listed(org, call, link.rights(org, ident), plan)
        return bulk_reply(org, call, done)

    return behaviour


def associate_agent(link: Association, parameter: str, *, on: bool = True) -> Behaviour:
    """Tie the acting agent to the record in the path: follow, like, star."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not _known(org, link.left, ident):
            return errors.missing(org, call)
        (link.join if on else link.part)(org, ident, FIRST_IDS["agents"])
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def starred(org: Org, call: Call) -> Reply:
    """GET /starredViews: the acting agent's, in the shape of the list's envelope."""
    rows = STARRED.lefts(org, FIRST_IDS["agents"])
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


def followers_of_entity(org: Org, call: Call) -> Reply:
    """POST …/follow and …/unfollow, GET …/followers and …/followersCount of an article, category or section."""
    table, ident = _ENTITIES.get(call.values["moduleAPIName"], ""), call.values["entityId"]
    if not table or not any(str(row.get("id")) == ident for row in org.store[table]):
        return errors.missing(org, call)
    pairs, plan = org.store[f"{table}/followers"], org.engine.plan_of(call)
    if call.method == "GET":
        found = (org.store["agents"].get(pair["right"]) for pair in pairs.where(left=ident))
        rows = [agent for agent in found if agent is not None]
        if plan.kind == "list":
            return org.engine.listed(org, call, rows, plan)
        return org.engine.shown(call, {"count": str(len(rows))}, plan)
    pair = f"{ident}:{FIRST_IDS['agents']}"
    if call.path.endswith("/follow"):
        pairs.add({"id": pair, "left": ident, "right": FIRST_IDS["agents"]})
    else:
        pairs.remove(pair)
    return Reply(plan.status)


def _followers(table: str, kind: str) -> Association:
    return Association(f"{table}/followers", table, "agents", {"following": kind})


TICKETS, CONTACTS, ACCOUNTS = (_followers(f"{kind}s", kind) for kind in ("ticket", "contact", "account"))
OWNED = Association("accounts/products", "accounts", "products")
USED = Association("contacts/products", "contacts", "products")
KNOWN = Association("accounts/contacts", "accounts", "contacts")
STAFF = Association("departments/agents", "departments", "agents")
ABLE = Association("agents/skills", "agents", "skills")
BADGES = Association("users/badges", "users", "badges")
GROUPS = Association("groups/users", "groups", "users")
LABELS = Association("labels/users", "labels", "users")
MODERATORS = Association("kbRootCategories/moderators", "kbRootCategories", "agents")
REVIEWERS = Association("kbRootCategories/reviewOwners", "kbRootCategories", "agents")
TOPICS = Association("communityTopics/followers", "communityTopics", "agents")
VOTERS = Association("communityTopics/voters", "communityTopics", "agents")
CATEGORIES = Association("communityCategory/followers", "communityCategory", "agents")
PEOPLE = Association("communityUsers/followers", "communityUsers", "agents")
PROFILES = Association("layouts/profiles", "layouts", "profiles")
STARRED = Association("views/stars", "views", "agents")
USED_ARTICLES = Association("tickets/articles", "tickets", "articles")

SEEDED = (OWNED, USED, KNOWN, STAFF, ABLE, TICKETS, CONTACTS, ACCOUNTS, BADGES, GROUPS, LABELS, PROFILES, REVIEWERS,
          STARRED)  # fmt: skip
"""The links that a fresh portal has pairs of."""

BEHAVIOURS: dict[str, Behaviour] = {
    "addTicketFollowers": associate(TICKETS, "ticketId", "followerIds"),
    "removeTicketFollowers": associate(TICKETS, "ticketId", "followerIds", on=False),
    "getTicketFollowers": associated(TICKETS, "ticketId"),
    "addContactFollowers": associate(CONTACTS, "contactId", "followerIds"),
    "removeContactFollowers": associate(CONTACTS, "contactId", "followerIds", on=False),
    "getContactFollowers": associated(CONTACTS, "contactId"),
    "addAccountFollowers": associate(ACCOUNTS, "accountId", "followerIds"),
    "removeAccountFollowers": associate(ACCOUNTS, "accountId", "followerIds", on=False),
    "getAccountFollowers": associated(ACCOUNTS, "accountId"),
    "associateProductsWithAccount": associate(OWNED, "accountId", "ids"),
    "associateAccountsWithProduct": associate(OWNED, "productId", "ids", back=True),
    "getProductsUnderAccount": associated(OWNED, "accountId"),
    "getAccountsByProduct": associated(OWNED, "productId", back=True),
    "associateProductsWithContact": associate(USED, "contactId", "ids"),
    "associateContactsWithProduct": associate(USED, "productId", "ids", back=True),
    "getProductsUnderContact": associated(USED, "contactId"),
    "getContactsUnderProduct": associated(USED, "productId", back=True),
    "associateAccountsWithContact": associate(KNOWN, "contactId", "data", back=True),
    "dissociateAccountsWithContact": associate(KNOWN, "contactId", "ids", back=True, on=False),
    "getAccountsByContact": associated(KNOWN, "contactId", back=True),
    "associateAgentsToDepartment": associate(STAFF, "departmentId", "agentIds"),
    "dissociateAgents": associate(STAFF, "departmentId", "agentIds", on=False),
    "getAgentsInDepartment": associated(STAFF, "departmentId"),
    "mapSkillsWithAgent": associate(ABLE, "agentId", "skillIds"),
    "getSkillsOfAgent": associated(ABLE, "agentId"),
    "associateBadgesToUsers": associate(BADGES, "userId", "badgeIds"),
    "dissociateBadgesFromUsers": associate(BADGES, "userId", "badgeIds", on=False),
    "getUserBadges": associated(BADGES, "userId"),
    "addHelpCenterGroupUsers": associate(GROUPS, "groupId", "users"),
    "deleteHCGroupUsers": associate(GROUPS, "groupId", "userIds", on=False),
    "getHelpCenterGroupUsers": associated(GROUPS, "groupId"),
    "associateGroupsToUsers": associate(GROUPS, "userId", "groups", back=True),
    "deleteGroupsFromUsers": associate(GROUPS, "userId", "groupIds", back=True, on=False),
    "getUserGroups": associated(GROUPS, "userId", back=True),
    "assignLabelToUsers": associate(LABELS, "labelId", "userIds"),
    "removeLabelsFromUsers": associate(LABELS, "labelId", "userIds", on=False),
    "getUsersByLabel": associated(LABELS, "labelId"),
    "assignLabelsToUser": associate(LABELS, "userId", "labels", back=True),
    "removeLabelsFromUser": associate(LABELS, "userId", "labelIds", back=True, on=False),
    "getUserLabels": associated(LABELS, "userId", back=True),
    "addKBRootCategoryModerators": associate(MODERATORS, "rootCategoryId", "moderatorIds"),
    "deleteKBRootCategoryModerators": associate(MODERATORS, "rootCategoryId", "moderatorIds", on=False),
    "addKBRootCategoryReviewOwners": associate(REVIEWERS, "rootCategoryId", "reviewOwnerIds"),
    "deleteKBCategoryReviewOwners": associate(REVIEWERS, "rootCategoryId", "reviewOwnerIds", on=False),
    "getKBRootCategoryReviewOwners": associated(REVIEWERS, "rootCategoryId"),
    "followCommunityTopic": associate_agent(TOPICS, "topicId"),
    "unfollowCommunityTopic": associate_agent(TOPICS, "topicId", on=False),
    "getAllCommunityTopicFollowers": associated(TOPICS, "topicId"),
    "updateCommunityTopicLike": associate_agent(VOTERS, "topicId"),
    "unlikeATopic": associate_agent(VOTERS, "topicId", on=False),
    "getCommuntiyTopicVoters": associated(VOTERS, "topicId"),
    "followCommunityCategory": associate_agent(CATEGORIES, "categoryId"),
    "unfollowCommunityCategory": associate_agent(CATEGORIES, "categoryId", on=False),
    "getCommunityCategoryFollowers": associated(CATEGORIES, "categoryId"),
    "updateFollowersToCommunityUser": associate_agent(PEOPLE, "userId"),
    "updateUnFollowersToCommunityUser": associate_agent(PEOPLE, "userId", on=False),
    "getAllCommunityUserFollowers": associated(PEOPLE, "userId"),
    "associateProfilesToLayout": associate(PROFILES, "layoutId", "layoutProfileIds"),
    "getLayoutProfiles": associated(PROFILES, "layoutId"),
    "followEntity": followers_of_entity,
    "unfollowEntity": followers_of_entity,
    "getEntityFollowers": followers_of_entity,
    "getEntityFollowersCount": followers_of_entity,
    "getStarredViews": starred,
    "addStarredView": associate_agent(STARRED, "cvId"),
    "removeStarredView": associate_agent(STARRED, "cvId", on=False),
    "mapArticlesToTicket": associate(USED_ARTICLES, "ticketId", "ids"),
}
