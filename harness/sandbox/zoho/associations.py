"""Associations: records tied to each other without owning each other, such as followers, labels and badges."""

from __future__ import annotations

from collections.abc import Callable
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
    """Pairs of records of two tables; `name` is the table of the pairs. `extra` goes into each row that is shown."""

    name: str
    left: str
    right: str
    extra: dict[str, Any] = field(default_factory=dict)

    def link(self, org: Org, left: str, right: str) -> bool:
        """Tie two records; false where one of them is not there."""
        if org.store[self.left].get(left) is None or org.store[self.right].get(right) is None:
            return False
        self.add_pair(org, left, right)
        return True

    def add_pair(self, org: Org, left: str, right: str) -> None:
        """Tie two records that are there."""
        org.store[self.name].add({"id": f"{left}:{right}", "left": left, "right": right})

    def unlink(self, org: Org, left: str, right: str) -> bool:
        """Untie two records; false where they were not tied."""
        return org.store[self.name].remove(f"{left}:{right}") is not None

    def rights(self, org: Org, left: str) -> list[Record]:
        """The records that the left one is tied to."""
        return self._records(org, self.right, [pair["right"] for pair in org.store[self.name].where(left=left)])

    def lefts(self, org: Org, right: str) -> list[Record]:
        """The records that the right one is tied to."""
        return self._records(org, self.left, [pair["left"] for pair in org.store[self.name].where(right=right)])

    def _records(self, org: Org, table: str, idents: list[str]) -> list[Record]:
        return [{**record, **self.extra} for record in org.store[table].get_many(idents)]

    def has_record(self, org: Org, ident: str, *, from_right: bool = False) -> bool:
        """Whether a record is there on the left side, or on the right one."""
        return org.store[self.right if from_right else self.left].get(ident) is not None


def associated(association: Association, parameter: str, *, from_right: bool = False) -> Behaviour:
    """List the records that the one in the path is tied to; it is on the left, or else on the right."""

    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not association.has_record(org, ident, from_right=from_right):
            return errors.missing(org, call)
        rows = association.lefts(org, ident) if from_right else association.rights(org, ident)
        return org.engine.listed(org, call, rows)

    return behaviour


def associate(association: Association, parameter: str, listed: str, *, from_right: bool = False) -> Behaviour:
    """Tie the record in the path to those that the body lists; a body may say `associate: false` to untie them."""

    return _change_pairs(association, parameter, listed, from_right, lambda call: given(call, "associate") is not False)


def dissociate(association: Association, parameter: str, listed: str, *, from_right: bool = False) -> Behaviour:
    """Untie the record in the path from those that the body lists."""
    return _change_pairs(association, parameter, listed, from_right, lambda _: False)


def _change_pairs(
    association: Association, parameter: str, listed: str, from_right: bool, is_link: Callable[[Call], bool]
) -> Behaviour:
    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not association.has_record(org, ident, from_right=from_right):
            return errors.missing(org, call)
        change = association.link if is_link(call) else association.unlink
        results = []
        for other in listed_ids(call, listed):
            left, right = (other, ident) if from_right else (ident, other)
            results.append((other, change(org, left, right)))
        plan = org.engine.plan_of(call)
        if plan.key == "data":
            return org.engine.listed(org, call, association.rights(org, ident), plan)
        return bulk_reply(org, call, results)

    return behaviour


def associate_agent(association: Association, parameter: str) -> Behaviour:
    """Tie the acting agent to the record in the path: follow, like, star."""
    return _change_agent(association, association.link, parameter)


def dissociate_agent(association: Association, parameter: str) -> Behaviour:
    """Untie the acting agent from the record in the path: unfollow, unlike, unstar."""
    return _change_agent(association, association.unlink, parameter)


def _change_agent(association: Association, change: Callable[[Org, str, str], bool], parameter: str) -> Behaviour:
    def behaviour(org: Org, call: Call) -> Reply:
        ident = call.values[parameter]
        if not association.has_record(org, ident):
            return errors.missing(org, call)
        change(org, ident, FIRST_IDS["agents"])
        return Reply(org.engine.plan_of(call).status)

    return behaviour


def starred(org: Org, call: Call) -> Reply:
    """GET /starredViews: the acting agent's, in the shape of the list's envelope."""
    rows = STARRED_VIEWS.lefts(org, FIRST_IDS["agents"])
    reply = org.engine.listed(org, call, rows)
    if isinstance(reply.body, dict):
        reply.body["module"] = call.arg("module") or reply.body.get("module")
    return reply


# The tables of the entities that can be followed by module, by the names that paths have for them.
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
    followers, plan = Association(f"{table}/followers", table, "agents"), org.engine.plan_of(call)
    if call.method == "GET":
        rows = followers.rights(org, ident)
        if plan.kind == "list":
            return org.engine.listed(org, call, rows, plan)
        return org.engine.shown(call, {"count": str(len(rows))}, plan)
    if call.path.endswith("/follow"):
        followers.add_pair(org, ident, FIRST_IDS["agents"])
    else:
        followers.unlink(org, ident, FIRST_IDS["agents"])
    return Reply(plan.status)


def _followers(kind: str) -> Association:
    return Association(f"{kind}s/followers", f"{kind}s", "agents", {"following": kind})


TICKET_FOLLOWERS = _followers("ticket")
CONTACT_FOLLOWERS = _followers("contact")
ACCOUNT_FOLLOWERS = _followers("account")
ACCOUNT_PRODUCTS = Association("accounts/products", "accounts", "products")
CONTACT_PRODUCTS = Association("contacts/products", "contacts", "products")
ACCOUNT_CONTACTS = Association("accounts/contacts", "accounts", "contacts")
DEPARTMENT_AGENTS = Association("departments/agents", "departments", "agents")
AGENT_SKILLS = Association("agents/skills", "agents", "skills")
USER_BADGES = Association("users/badges", "users", "badges")
GROUP_USERS = Association("groups/users", "groups", "users")
LABEL_USERS = Association("labels/users", "labels", "users")
MODERATORS = Association("kbRootCategories/moderators", "kbRootCategories", "agents")
REVIEW_OWNERS = Association("kbRootCategories/reviewOwners", "kbRootCategories", "agents")
TOPIC_FOLLOWERS = Association("communityTopics/followers", "communityTopics", "agents")
TOPIC_VOTERS = Association("communityTopics/voters", "communityTopics", "agents")
CATEGORY_FOLLOWERS = Association("communityCategory/followers", "communityCategory", "agents")
USER_FOLLOWERS = Association("communityUsers/followers", "communityUsers", "agents")
LAYOUT_PROFILES = Association("layouts/profiles", "layouts", "profiles")
STARRED_VIEWS = Association("views/stars", "views", "agents")
TICKET_ARTICLES = Association("tickets/articles", "tickets", "articles")

SEEDED = (
    ACCOUNT_PRODUCTS, CONTACT_PRODUCTS, ACCOUNT_CONTACTS, DEPARTMENT_AGENTS, AGENT_SKILLS, TICKET_FOLLOWERS,
    CONTACT_FOLLOWERS, ACCOUNT_FOLLOWERS, USER_BADGES, GROUP_USERS, LABEL_USERS, LAYOUT_PROFILES, REVIEW_OWNERS,
    STARRED_VIEWS,
)  # fmt: skip
"""The associations that a fresh portal has pairs of."""


def _follower_behaviours(noun: str, association: Association) -> dict[str, Behaviour]:
    parameter = f"{noun.lower()}Id"
    return {
        f"add{noun}Followers": associate(association, parameter, "followerIds"),
        f"remove{noun}Followers": dissociate(association, parameter, "followerIds"),
        f"get{noun}Followers": associated(association, parameter),
    }


BEHAVIOURS: dict[str, Behaviour] = {
    **_follower_behaviours("Ticket", TICKET_FOLLOWERS),
    **_follower_behaviours("Contact", CONTACT_FOLLOWERS),
    **_follower_behaviours("Account", ACCOUNT_FOLLOWERS),
    "associateProductsWithAccount": associate(ACCOUNT_PRODUCTS, "accountId", "ids"),
    "associateAccountsWithProduct": associate(ACCOUNT_PRODUCTS, "productId", "ids", from_right=True),
    "getProductsUnderAccount": associated(ACCOUNT_PRODUCTS, "accountId"),
    "getAccountsByProduct": associated(ACCOUNT_PRODUCTS, "productId", from_right=True),
    "associateProductsWithContact": associate(CONTACT_PRODUCTS, "contactId", "ids"),
    "associateContactsWithProduct": associate(CONTACT_PRODUCTS, "productId", "ids", from_right=True),
    "getProductsUnderContact": associated(CONTACT_PRODUCTS, "contactId"),
    "getContactsUnderProduct": associated(CONTACT_PRODUCTS, "productId", from_right=True),
    "associateAccountsWithContact": associate(ACCOUNT_CONTACTS, "contactId", "data", from_right=True),
    "dissociateAccountsWithContact": dissociate(ACCOUNT_CONTACTS, "contactId", "ids", from_right=True),
    "getAccountsByContact": associated(ACCOUNT_CONTACTS, "contactId", from_right=True),
    "associateAgentsToDepartment": associate(DEPARTMENT_AGENTS, "departmentId", "agentIds"),
    "dissociateAgents": dissociate(DEPARTMENT_AGENTS, "departmentId", "agentIds"),
    "getAgentsInDepartment": associated(DEPARTMENT_AGENTS, "departmentId"),
    "mapSkillsWithAgent": associate(AGENT_SKILLS, "agentId", "skillIds"),
    "getSkillsOfAgent": associated(AGENT_SKILLS, "agentId"),
    "associateBadgesToUsers": associate(USER_BADGES, "userId", "badgeIds"),
    "dissociateBadgesFromUsers": dissociate(USER_BADGES, "userId", "badgeIds"),
    "getUserBadges": associated(USER_BADGES, "userId"),
    "addHelpCenterGroupUsers": associate(GROUP_USERS, "groupId", "users"),
    "deleteHCGroupUsers": dissociate(GROUP_USERS, "groupId", "userIds"),
    "getHelpCenterGroupUsers": associated(GROUP_USERS, "groupId"),
    "associateGroupsToUsers": associate(GROUP_USERS, "userId", "groups", from_right=True),
    "deleteGroupsFromUsers": dissociate(GROUP_USERS, "userId", "groupIds", from_right=True),
    "getUserGroups": associated(GROUP_USERS, "userId", from_right=True),
    "assignLabelToUsers": associate(LABEL_USERS, "labelId", "userIds"),
    "removeLabelsFromUsers": dissociate(LABEL_USERS, "labelId", "userIds"),
    "getUsersByLabel": associated(LABEL_USERS, "labelId"),
    "assignLabelsToUser": associate(LABEL_USERS, "userId", "labels", from_right=True),
    "removeLabelsFromUser": dissociate(LABEL_USERS, "userId", "labelIds", from_right=True),
    "getUserLabels": associated(LABEL_USERS, "userId", from_right=True),
    "addKBRootCategoryModerators": associate(MODERATORS, "rootCategoryId", "moderatorIds"),
    "deleteKBRootCategoryModerators": dissociate(MODERATORS, "rootCategoryId", "moderatorIds"),
    "addKBRootCategoryReviewOwners": associate(REVIEW_OWNERS, "rootCategoryId", "reviewOwnerIds"),
    "deleteKBCategoryReviewOwners": dissociate(REVIEW_OWNERS, "rootCategoryId", "reviewOwnerIds"),
    "getKBRootCategoryReviewOwners": associated(REVIEW_OWNERS, "rootCategoryId"),
    "followCommunityTopic": associate_agent(TOPIC_FOLLOWERS, "topicId"),
    "unfollowCommunityTopic": dissociate_agent(TOPIC_FOLLOWERS, "topicId"),
    "getAllCommunityTopicFollowers": associated(TOPIC_FOLLOWERS, "topicId"),
    "updateCommunityTopicLike": associate_agent(TOPIC_VOTERS, "topicId"),
    "unlikeATopic": dissociate_agent(TOPIC_VOTERS, "topicId"),
    "getCommuntiyTopicVoters": associated(TOPIC_VOTERS, "topicId"),
    "followCommunityCategory": associate_agent(CATEGORY_FOLLOWERS, "categoryId"),
    "unfollowCommunityCategory": dissociate_agent(CATEGORY_FOLLOWERS, "categoryId"),
    "getCommunityCategoryFollowers": associated(CATEGORY_FOLLOWERS, "categoryId"),
    "updateFollowersToCommunityUser": associate_agent(USER_FOLLOWERS, "userId"),
    "updateUnFollowersToCommunityUser": dissociate_agent(USER_FOLLOWERS, "userId"),
    "getAllCommunityUserFollowers": associated(USER_FOLLOWERS, "userId"),
    "associateProfilesToLayout": associate(LAYOUT_PROFILES, "layoutId", "layoutProfileIds"),
    "getLayoutProfiles": associated(LAYOUT_PROFILES, "layoutId"),
    "followEntity": followers_of_entity,
    "unfollowEntity": followers_of_entity,
    "getEntityFollowers": followers_of_entity,
    "getEntityFollowersCount": followers_of_entity,
    "getStarredViews": starred,
    "addStarredView": associate_agent(STARRED_VIEWS, "cvId"),
    "removeStarredView": dissociate_agent(STARRED_VIEWS, "cvId"),
    "mapArticlesToTicket": associate(TICKET_ARTICLES, "ticketId", "ids"),
}
