"""The vocabulary of risk: how names fall into words, and what each word says about harm."""

from __future__ import annotations

import re
from functools import lru_cache

from harness.vendors import VENDORS

_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PREFIXES = frozenset({"un", "re", "dis", "de"})


@lru_cache(maxsize=8192)
def split(name: str) -> tuple[str, ...]:
    """`reInviteAgents` -> reinvite agents, `mark_many_as_spam` -> mark many as spam; all in lower case."""
    pieces = [piece.lower() for piece in _PIECE.findall(name)]
    out: list[str] = []
    for piece in pieces:
        if out and out[-1] in _PREFIXES:
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def phrases(text: str) -> re.Pattern[str]:
    """Phrases, parted by commas, as one pattern over words parted by blanks."""
    return re.compile(f" ({'|'.join(re.escape(phrase.strip()) for phrase in text.split(','))}) ")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- verbs -------------------------------------------------------------------------------------------------------

# Something is lost: data, state, access, or the link between two records.
LOSE = _set("""
    delete destroy remove purge erase wipe empty clear flush drop truncate trash discard
    merge unmerge redact anonymize anonymise pseudonymize scrub forget
    revoke logout signout invalidate expire terminate kill end finish close reset regenerate rotate
    spam ban block suspend kick evict expel disable disconnect detach dissociate disassociate unassociate unassign
    unlink unpin unsubscribe unfollow unlike unstar unvote unpublish unshare unregister uninstall unmap unset unmoderate
    untag unmark undo unsend unarchive unmute
    cancel abort stop void withdraw rollback revert overwrite replace split move transfer
    reassign reassignment convert archive downgrade deprovision deregister decommission retire offboard leave
    release vacate strip demote revocation dispose cut
""")
# Of these, words that are things as well, so that behind a GET they prove nothing.
LOSE_THINGS = _set("empty drop block close release leave split move transfer archive void end finish cut convert merge "
                   "replace clear spam trash stop strip undo ban rollback")  # fmt: skip
# A thing that is the act itself when it stands last: `pin_removal`, but not `deletion_schedules`.
LOSE_NOUNS = _set("""
    removal deletion erasure purge cleanup redaction revocation logout signout anonymization anonymisation destruction
    termination deactivation disassociation dissociation cancellation
""")
LOSE_PHRASES = phrases("to trash, to recycle, sign out, log out, log off, mark spam, as spam, make private, take down, "
                       "shut down, opt out, roll back, clean up, generate secret")  # fmt: skip
# Enum values that ask for a loss, and the fields in which they do; a state such as `closed` is left to escalations.
LOSE_VALUES = _set(
    "delete deleted destroy destroyed remove removed erase erased purge purged trash trashed unlink detach"
)
LOSE_ENUM_FIELDS = _set("action operation option mode status state type method")
# Many records at once; and an order of things, of which every one gets a new place.
MANY = _set("many bulk mass batch all jobs multi multiple")
ORDER = _set("reorder reposition repositioning rearrange resequence")
ID_LISTS = _set("ids entityids recordids record_ids entity_ids ticketids ticket_ids contactids contact_ids items")
# Verbs that relate records and can be taken back one by one, so that a list of ids is no bulk change.
RELATE = _set("add associate assign link map restore approve activate invite reinvite follow pin order attach grant")
# What is taken out changes nothing inside, however many records it is.
TAKES_OUT = _set("export exports download backup")
# The vendor reaches people or systems outside.
SEND = _set("""
    send resend reply forward invite reinvite notify broadcast publish push dispatch deliver mail email sms text dial
    ring callback channelback share announce export sync escalate submit verify remind ping test trigger fire
    alert initiate respond answer recover display subscribe transmit approve reject deny decline accept request confirm
    report redeliver retry pay charge capture refund payout
""")
SEND_PHRASES = phrases("request verification, send verification, as ticket, as sent, by email, send mail, send email")
# Configuration is switched, and can be switched back.
SWITCH = _set("enable activate deactivate lock unlock moderate configure provision grant authorize install upgrade "
              "register apply promote elevate impersonate assume map order sort arrange")  # fmt: skip
# One thing is made or changed.
MAKE = _set("""
    create add new post insert make save store upload attach import record log put open start clone copy
    duplicate update edit modify change patch set assign associate link pin tag follow like dislike vote star rate
    rename mark restore undelete upsert draft drafts comment note skip recalculate reschedule schedule append join
    complete resolve solve reopen track adjust associates write reply push
""")
# Behind a reading method these begin an id that is no question.
CHANGES = _set("""
    create add insert make save upload import put update edit modify change patch set assign associate upsert write
    delete remove destroy generate renew refresh activate deactivate start run enable send resend notify invite reinvite
    approve reject publish broadcast
""")
# Anywhere in an id they say that it does not only look: getOrCreate, fetchAndSave.
MIXED = _set("create insert save update modify patch assign upsert write generate renew")
MAKES_NEW = _set("create add new post register invite insert import request or")
PLAIN = MAKE | SWITCH
# Nothing changes.
LOOK = _set("""
    get getting list show search find fetch retrieve read view count check lookup look query preview autocomplete
    suggest validate describe is has exists compute calculate estimate render explain download browse filter filtered
    enumerate inspect compare evaluate detect simulate head translate summarize aggregate
""")
LOOK_ENDS = _set("search count counts autocomplete preview query lookup validate availability exists render estimate "
                 "suggest suggestions calculate find filter coql exist")  # fmt: skip
LOOK_STARTS = _set(
    "search count check validate preview lookup find query autocomplete calculate estimate suggest exists"
)
VERBS = LOSE | SEND | PLAIN | LOOK | MANY

# --- fields ------------------------------------------------------------------------------------------------------

NOTIFY_WORDS = _set("notify notification notifications mail email sms alert invite")
ADDRESS_FIELDS = _set("callbackurl webhookurl notifyurl mailto sendto notifyto emailto")
ACCESS_WORDS = _set("malware permission permissions privilege privileges role password override sso")
# On an ordinary record a permission is just who sees it.
VISIBILITY = _set("permission permissions")

# --- nouns -------------------------------------------------------------------------------------------------------

# Live channels: what is done there happens before a person's eyes.
LIVE_AREAS = _set("im chat messaging sms whatsapp twitter facebook telegram messenger display channelback")
# What people write, and the places where others read it.
UTTERANCES = _set("comment reply resolution")
READERS = _set("ticket article community communitytopic communitycomment post request topic conversation forum")
POSTS = _set("topic post comment reply vote")
QUIET = _set("follow like star tag label attach upload restore associate mark lock moderate unmoderate")
KEEPS = _set("follow like star restore associate tag moderate lock unlock enable disable mark pin")
OUT_THINGS = _set("""
    message broadcast campaign invitation invite verification callback webhook channelback email mail sms reminder
    survey push notification agreement
""")
PEOPLE = _set("user agent identity member invitation invite enduser collaborator subscriber")
# What gives access until it is changed.
SECRETS = _set("password secret")
# Putting one of these back replaces what is there now.
VERSIONS = _set("version revision backup snapshot")
# A picture belongs to what it shows: of a contact a detail, of the org its face.
APPEARANCE = _set("photo picture image avatar icon logo favicon")
# The caller's own things.
PERSONAL = _set("my me myself own mine recent starred last")
MARKS = _set("follow like dislike vote star upvote downvote bookmark favorite favourite")
PERSONAL_THINGS = _set("preference setting photo view tag bookmark star signature theme locale")

# Configuration, permissions, schema, security, routing, billing, shared appearance.
CONFIG = _set("""
    account address admin agent agreement alias api app application assignment attribute automation availability badge
    billing
    blueprint brand bot business businesshour calendar campaign category certificate channel client config configuration
    connection connector credential criteria currency customization dashboard dataset deduplication definition
    department deployment domain engine entitlement favicon feature field flow folder form function gateway greeting
    group holiday hook host hour identity integration interval ip ivr key kiosk label language layout license
    licence limit line locale location logo macro mapping member membership menu moderator module monitor
    number oauth object org organization organisation owner ownership package page password permission phone
    picklist pipeline plan plugin policy portal position preference pricebook privilege profile property provider
    queue redirect registration relation relationship report resource restriction retention role routing rule
    rulegroup sandbox schedule schema scope script secret section security seat sender server setting
    shift shortcut signature site sitemap skill sla sharing smtp sso stage station status storage subdomain supervisor
    target tax taxonomy team template variant tenant territory theme timezone token trigger type user variable view
    voice webhook widget workflow workspace workweek zone collection item translation_set content_variant segment
    cost_center ledger_account owners authority agentavailability reasons
""")
# Ordinary records of customers and work: one of them can be made, changed and put back.
RECORD = _set("""
    activity appointment approval article asset attachment bill bookmark call case challan
    comment company competitor contact contract conversation credit customer deal deposit discussion document draft
    entry estimate event expense favorite favourite feedback file follower idea incident invoice issue lead like
    lineitem link log meeting milestone note offer opportunity order participant
    payment permalink photo picture pin post problem product project prospect purchase question quote rating record
    refund reply request resolution return review sale salesorder purchaseorder shipment skip solution
    submission subscription tag task tasklist text thread ticket time timeentry timer timesheet
    topic transaction translation upload vendor version video visit visitor vote vendorcredit creditnote
    creditnotes journal todo pricequote annotation
""")
# A link is as harmless as what it links.
RELATIONS = _set("mapping relation relationship association")
# Words that add nothing: which thing it is, the word before them says.
NEUTRAL = _set("""
    a an the to from for of by in on with and or as at its this that current new old id ids one each any read unread
    api rest public private internal external custom default primary main value option detail info own my me
    data entity entities instance content state index part via using into under info name draft reply-to
    many all list usage sent json xml up down
""")


def kind(vendor: str, *names: str) -> str:
    """`record` or `config`, whichever the first known of `names` is to this vendor; else empty."""
    own = VENDORS[vendor].word_kinds
    for name in names:
        if name in own:
            return own[name]
        if name in RECORD:
            return "record"
        if name in CONFIG:
            return "config"
    return ""
