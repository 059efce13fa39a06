"""Operation to tier: an ordered table of small rules. The first that fits decides; the last one always fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from harness.formats.singular import singular
from harness.openapi.catalog import Field, Operation
from harness.risk import words
from harness.risk.overrides import Override
from harness.risk.tier import Assessment, Tier
from harness.risk.traits import Traits

NONE: Mapping[str, Override] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RiskRule:
    """One row. `test` gives the evidence, or nothing where the rule does not fit; `why` is for `explain`.

    `only_removes` says that what the rule recognises takes something away and creates nothing.
    """

    name: str
    tier: Tier
    why: str
    test: Callable[[Traits], str]
    only_removes: bool = False


def assess(operation: Operation, overrides: Mapping[str, Override] = NONE) -> Assessment:
    """The tier of one operation, by an override with a reason, else by the first rule of `RULES` that fits."""
    by_rules = _by_rules(operation)
    override = overrides.get(operation.key) or overrides.get(f"{operation.method} {operation.path}")
    if override is None:
        return by_rules
    return Assessment(override.tier, "override", (override.reason, f"the rules say {by_rules.tier}"))


def alternatives(operation: Operation, overrides: Mapping[str, Override] = NONE) -> tuple[str, ...]:
    """What would change the tier, as sentences: the next rules that fit, and where an override goes."""
    traits = Traits(operation)
    fitting = [(rule, evidence) for rule in RULES if (evidence := rule.test(traits))]
    lines = []
    if operation.key in overrides:
        rule, evidence = fitting[0]
        lines.append(f"without the override, rule {rule.name} says {rule.tier} ({evidence})")
    for rule, evidence in fitting[1:3]:
        lines.append(f"were it not for that, rule {rule.name} would say {rule.tier} ({evidence})")
    file = f"specs/{operation.vendor}/risk.yaml"
    return (*lines, f"an override for {operation.operation_id} in {file}, with its reason, decides before every rule")


@lru_cache(maxsize=8192)
def _by_rules(operation: Operation) -> Assessment:
    traits = Traits(operation)
    for rule in RULES:
        if evidence := rule.test(traits):
            return Assessment(rule.tier, rule.name, (evidence,), rule.only_removes)
    raise AssertionError("the last rule always fits")


# --- destructive -------------------------------------------------------------------------------------------------


def _delete_method(traits: Traits) -> str:
    return "method DELETE" if traits.operation.method == "DELETE" else ""


def _loses(traits: Traits) -> str:
    """A verb of loss; behind a reading method only where it cannot be a thing (`releases`, `merges`, `deleted`)."""
    if phrase := traits.phrase(words.LOSE_PHRASES):
        return f'words "{phrase}"'
    return _reading_loss(traits) if traits.reads else _changing_loss(traits)


def _reading_loss(traits: Traits) -> str:
    surely_lose = words.LOSE - words.LOSE_THINGS
    if traits.lead in surely_lose:
        return f'operationId begins with "{traits.lead}"'
    for segment in traits.segments:
        if segment and segment[0] in surely_lose:
            return f'path word "{segment[0]}"'
    noun = _loss_noun(traits)
    return f'"{noun}" names the act itself' if noun and _is_act(traits, noun) else ""


def _changing_loss(traits: Traits) -> str:
    if verbs := sorted((traits.acts | traits.heads) & words.LOSE):
        return f'word "{verbs[0]}"'
    if nouns := sorted(traits.nouns & words.LOSE_NOUNS):
        return f'path word "{nouns[0]}"'
    noun = _loss_noun(traits)
    return f'"{noun}" names the act itself' if noun else ""


def _loss_noun(traits: Traits) -> str:
    """The first name that ends in a noun of loss, such as `removal`."""
    ends = [part[-1] for part in (traits.name, *traits.segments) if part]
    return next((noun for noun in ends if noun in words.LOSE_NOUNS), "")


def _is_act(traits: Traits, noun: str) -> bool:
    """Whether a path ends on the act: `.../pin_removal`, but not `.../erasure/{id}`, a record of one."""
    return _ends_with_word(traits) and traits.segments[-1][-1:] == (noun,)


def _loss_switch(traits: Traits) -> str:
    """A body that can remove: `_destroy`, `associate: false`, an enum with DELETE, a new owner for what is left."""
    if traits.reads:
        return ""
    thing, _ = traits.thing
    if thing in words.SECRETS:
        return f"the old {thing} stops working"
    if thing in words.VERSIONS and "restore" in traits.acts:
        return f"an older {thing} replaces what is there"
    losses = (_field_loss(field, traits.field_words(field)) for field in traits.operation.fields)
    return next(filter(None, losses), "")


def _field_loss(field: Field, own: tuple[str, ...]) -> str:
    depth = field.pointer.count("/")
    is_named_so = own == ("destroy",) or (depth == 1 and own in (("delete",), ("associate",)))
    if is_named_so and _is_switch(field.types):
        return f"body field {field.pointer} can undo or remove"
    if own[:2] in (("transfer", "to"), ("reassign", "to")) or own[-2:] == ("new", "owner"):
        return f"body field {field.pointer} moves records to another owner"
    if not own or own[-1] not in words.LOSE_ENUM_FIELDS or depth > 2:
        return ""
    lost = next((value for value in field.enum if not words.LOSE_VALUES.isdisjoint(words.split(value))), "")
    return f"body field {field.pointer} may be {lost}" if lost else ""


def _is_switch(types: tuple[str, ...]) -> bool:
    return not types or "boolean" in types or "string" in types


def _many(traits: Traits) -> str:
    """Many records change at once: by word, or by a top-level list of ids of the very records acted upon."""
    if traits.reads or (traits.acts | traits.heads) & words.TAKES_OUT:
        return ""
    if many := sorted({*traits.name, *traits.path_words} & (words.MANY | words.ORDER)):
        return f'word "{many[0]}": many records at once'
    if traits.tail[:1] == ("import",):
        return "an import writes many records"
    if traits.parents or traits.acts & words.RELATE:
        return ""
    pointers = [field.pointer for field in traits.operation.fields]
    listed = next((pointer for pointer in pointers if pointer.lstrip("/").lower() in words.ID_LISTS), "")
    return f"body field {listed} lists records" if listed else ""


# --- read --------------------------------------------------------------------------------------------------------


def _get(traits: Traits) -> str:
    if not traits.reads:
        return ""
    acts = {traits.lead, *traits.tail[:1]} & words.CHANGES
    if traits.operation.method != "OPTIONS" and acts and traits.lead not in words.LOOK:
        return ""
    return f"method {traits.operation.method}"


def _looks(traits: Traits) -> str:
    """A POST or PUT that only asks: by the last path word, by the id's verb, or by scopes that only read."""
    if set(traits.name) & words.MIXED:
        return ""
    if traits.tail and (traits.tail[-1] in words.LOOK_ENDS or traits.tail[0] in words.LOOK_STARTS):
        return f'path ends in "{" ".join(traits.tail)}"'
    if traits.operations_of_scopes == {"READ"}:
        return f"scope {traits.operation.scopes[0]} only reads"
    if traits.lead in words.LOOK and not traits.acts & (words.SEND | words.SWITCH):
        return f'operationId begins with "{traits.lead}"'
    return ""


# --- outbound ----------------------------------------------------------------------------------------------------


def _sends(traits: Traits) -> str:
    if traits.reads:
        return f'a reading method that acts: "{traits.lead}"' if traits.lead in words.SEND - words.LOOK else ""
    if traits.lead in words.SEND and not _is_draft(traits):
        return f'operationId begins with "{traits.lead}"'
    if traits.tail and traits.tail[0] in words.SEND and not _is_draft(traits):
        return f'path word "{traits.tail[0]}"'
    if heads := sorted(traits.heads & words.TAKES_OUT):
        return f'path word "{heads[0]}"'
    if phrase := traits.phrase(words.SEND_PHRASES):
        return f'words "{phrase}"'
    return ""


def _is_draft(traits: Traits) -> bool:
    """A draft stays inside, unless the verb lets it out."""
    drafts = "draft" in traits.nouns or "drafts" in traits.name or "draft" in traits.name
    return drafts and not traits.acts & {"send", "publish", "submit"}


def _public_place(traits: Traits) -> str:
    """Texts that others read at once: comments and replies on tickets, articles and forums; chats; campaigns."""
    if traits.reads or _is_draft(traits) or traits.acts & words.KEEPS:
        return ""
    thing, _ = traits.thing
    if area := sorted(traits.nouns & words.LIVE_AREAS):
        return f'path word "{area[0]}": a live channel to people'
    if thing in words.UTTERANCES and (place := sorted(traits.nouns & words.READERS)):
        return f"a {thing} on a {place[0]} is read by others"
    if thing in words.OUT_THINGS:
        return f"a {thing} reaches people or systems outside"
    community = sorted({"community", "forum"} & {*traits.nouns, *traits.modules_of_scopes})
    publishes = traits.operation.method in ("POST", "PUT", "PATCH") and not traits.acts & words.QUIET
    if community and thing in words.POSTS and publishes:
        return f"a {thing} in a {community[0]} is published and followed"
    return ""


def _notify_switch(traits: Traits) -> str:
    """A body field that makes the vendor write to somebody or call an address."""
    if traits.reads or _is_draft(traits):
        return ""
    for field in traits.operation.fields:
        own = traits.field_words(field)
        joined = "".join(own)
        if joined in words.ADDRESS_FIELDS:
            return f"body field {field.pointer} names where to send"
        if own == ("status",) and "sent" in field.enum:
            return f"body field {field.pointer} may be sent"
        asks = "boolean" in field.types and set(own) & words.NOTIFY_WORDS and "me" not in own
        if asks and field.pointer.count("/") < 3:
            return f"body field {field.pointer} makes it notify"
    return ""


def _new_person(traits: Traits) -> str:
    """A new person in the org is written to: users, agents, sign-in addresses, invitations."""
    if traits.operation.method != "POST" or not traits.acts & words.MAKES_NEW:
        return ""
    thing, _ = traits.thing
    is_person = thing in words.PEOPLE or (thing == "address" and bool(traits.nouns & {"mail", "email"}))
    if not is_person or not _ends_with_word(traits) or not _last_is(traits, thing):
        return ""
    return f"a new {thing} is written to"


def _ends_with_word(traits: Traits) -> bool:
    """Whether a path ends on a word of its own, and not on a parameter or at the root."""
    return bool(traits.segments) and not traits.operation.path.endswith("}")


def _last_is(traits: Traits, thing: str) -> bool:
    last = traits.segments[-1]
    return singular(last[-1]) == thing or words.split(traits.operation.path.rsplit("/", 1)[-1])[0] in words.VERBS


# --- write and admin ---------------------------------------------------------------------------------------------


def _own(traits: Traits) -> str:
    """One's own preferences, stars and read marks."""
    if traits.reads or not traits.acts & words.PLAIN:
        return ""
    owners = sorted((traits.nouns | traits.path_words) & words.PERSONAL)
    things = sorted(traits.nouns & words.PERSONAL_THINGS)
    if owners and things:
        return f'"{owners[0]}" {things[0]}: the caller\'s own'
    if traits.tail and traits.tail[0] in words.MARKS:
        return f'word "{traits.tail[0]}": the caller\'s own mark'
    return ""


def _guards_access(traits: Traits) -> str:
    """A body field that lifts a protection or gives access."""
    if traits.reads:
        return ""
    _, kind = traits.thing
    access = words.ACCESS_WORDS - words.VISIBILITY if kind == "record" else words.ACCESS_WORDS
    for field in traits.operation.fields:
        if field.pointer.count("/") <= 2 and set(traits.field_words(field)) & access:
            return f"body field {field.pointer} changes access"
    return ""


def _switches(traits: Traits) -> str:
    if traits.reads:
        return f'a reading method that acts: "{traits.lead}"' if traits.lead in words.SWITCH else ""
    switches = sorted({traits.lead, *traits.tail[:1]} & words.SWITCH)
    return f'word "{switches[0]}"' if switches else ""


def _configures(traits: Traits) -> str:
    thing, kind = traits.thing
    if traits.reads or kind != "config" or not traits.acts & words.PLAIN:
        return ""
    return f'"{thing}" is configuration of the org'


def _settings_scope(traits: Traits) -> str:
    """A vendor that asks for a settings scope calls it configuration itself."""
    _, kind = traits.thing
    if traits.reads or kind == "record" or not traits.acts & words.PLAIN:
        return ""
    modules = sorted(traits.modules_of_scopes & {"settings", "setting", "org", "admin"})
    return f"scope module {modules[0]}" if modules else ""


def _records(traits: Traits) -> str:
    thing, kind = traits.thing
    if traits.reads or kind != "record":
        return ""
    if traits.lead in words.MAKE:
        return f'"{traits.lead}" one {thing}'
    verbs = sorted(traits.acts & words.MAKE - {thing})
    return f'"{verbs[0]}" one {thing}' if verbs else ""


def _unknown(_: Traits) -> str:
    return "no rule knows what it does"


RULES: tuple[RiskRule, ...] = (
    RiskRule("delete-method", Tier.DESTRUCTIVE, "DELETE removes something", _delete_method, only_removes=True),
    RiskRule(
        "loss-word", Tier.DESTRUCTIVE, "a name says that data, state or access is lost", _loses, only_removes=True
    ),
    RiskRule("reading-method", Tier.READ, "GET, HEAD and OPTIONS change nothing, unless a name says otherwise", _get),
    RiskRule("question", Tier.READ, "the call only asks, whatever its method", _looks),
    RiskRule("loss-switch", Tier.DESTRUCTIVE, "the body can ask for a loss", _loss_switch),
    RiskRule("many", Tier.DESTRUCTIVE, "many records change at once", _many),
    RiskRule("send-word", Tier.OUTBOUND, "a name says that people or systems outside are reached", _sends),
    RiskRule("public-place", Tier.OUTBOUND, "what is written there is read or mailed at once", _public_place),
    RiskRule("newcomer", Tier.OUTBOUND, "a new member is invited or verified by mail", _new_person),
    RiskRule("notify-switch", Tier.OUTBOUND, "the body can ask to notify somebody", _notify_switch),
    RiskRule("own-things", Tier.WRITE, "the caller's own preferences and marks", _own),
    RiskRule("switch-word", Tier.ADMIN, "a name says that configuration is switched", _switches),
    RiskRule("access-field", Tier.ADMIN, "the body can change protection or access", _guards_access),
    RiskRule("configuration", Tier.ADMIN, "the thing configures the org for everyone", _configures),
    RiskRule("settings-scope", Tier.ADMIN, "the vendor asks for a settings scope", _settings_scope),
    RiskRule("record", Tier.WRITE, "one ordinary record is made or changed", _records),
    RiskRule("unknown", Tier.DESTRUCTIVE, "what no rule knows is treated as the worst", _unknown),
)
