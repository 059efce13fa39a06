"""Records in full, as Zendesk showed them in recordings of 2023-09 to 2024-11.

The published document leaves some of these fields out and types others narrower than they are; a record made from
its schemas alone would not be what clients meet.
"""

from __future__ import annotations

from typing import Any

VIA: dict[str, Any] = {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}}

_COLUMNS = [
    {"id": name, "title": title, "filterable": filterable, "sortable": sortable}
    for name, title, filterable, sortable in (
        ("subject", "Subject", False, False),
        ("requester", "Requester", True, True),
        ("created", "Requested", False, True),
        ("updated", "Updated", True, True),
        ("group", "Group", True, True),
        ("assignee", "Assignee", True, True),
    )
]

_RULE: dict[str, Any] = {"url": "", "id": 0, "title": "", "active": True, "updated_at": "", "created_at": "",
                         "default": False}  # fmt: skip

_FIELD: dict[str, Any] = {
    "url": "", "id": 0, "type": "text", "key": None, "title": "", "description": "", "raw_title": "",
    "raw_description": "", "position": 9999, "active": True, "system": False, "regexp_for_validation": None,
    "created_at": "", "updated_at": "",
}  # fmt: skip

_CALL_NULLS = [
    "ticket_id", "end_user_id", "organization_id", "brand_id", "app_id", "agent_id", "from_line",
    "from_line_nickname", "to_line", "to_line_nickname", "call_started_at", "call_ended_at", "direction",
    "duration", "dnis", "phone_name", "call_type", "end_user_location", "callback", "callback_source",
    "callback_number", "wait_time", "time_to_answer", "queue_time", "exceeded_queue_time", "queue_name",
    "ivr_time_spent", "ivr_hops", "ivr_action", "ivr_routed_to", "ivr_destination_group_name", "talk_time",
    "hold_time", "consultation_time", "wrap_up_time", "completion_status", "call_abandoned_position",
    "customer_requested_voicemail", "voicemail", "outside_business_hours", "overflowed", "overflowed_to",
    "call_disposition", "recording_url", "recording_time", "not_recording_time", "call_recording_consent_action",
    "recording_control_interactions",
]  # fmt: skip

_ROLE_FLAGS = [
    "chat_access", "forum_access_restricted_content", "light_agent", "manage_business_rules",
    "manage_dynamic_content", "manage_extensions_and_channels", "manage_facebook", "moderate_forums",
    "side_conversation_create", "ticket_deletion", "ticket_tag_editing", "twitter_search_access",
    "view_deleted_tickets", "voice_access", "group_access", "organization_editing", "organization_notes_editing",
    "assign_tickets_to_any_group", "ticket_editing", "ticket_merge", "voice_dashboard_access", "manage_automations",
    "manage_contextual_workspaces", "manage_organization_fields", "manage_skills", "manage_slas",
    "manage_ticket_fields", "manage_ticket_forms", "manage_user_fields", "ticket_redaction", "manage_groups",
    "manage_group_memberships", "manage_organizations", "manage_suspended_tickets", "manage_triggers",
]  # fmt: skip

_ROLE_LEVELS = {
    "end_user_list_access": "full", "ticket_access": "all", "ticket_comment_access": "public",
    "end_user_profile_access": "full", "explore_access": "edit", "forum_access": "full", "macro_access": "full",
    "report_access": "full", "user_view_access": "full", "view_access": "full", "manage_roles": "all",
}  # fmt: skip

# Parts of help center pages and posts (vendor pages: article and post comments, subscriptions, translations).
_COMMENT: dict[str, Any] = {
    "id": 0, "url": "", "html_url": "", "body": "", "author_id": 0, "source_id": 0, "source_type": "Article",
    "locale": "en-us", "vote_sum": 0, "vote_count": 0, "non_author_editor_id": None, "non_author_updated_at": None,
    "created_at": "", "updated_at": "",
}  # fmt: skip
_SUBSCRIPTION: dict[str, Any] = {
    "id": 0, "url": "", "user_id": 0, "content_id": 0, "content_type": "Article", "locale": "en-us",
    "include_comments": False, "created_at": "", "updated_at": "",
}  # fmt: skip
_TRANSLATION: dict[str, Any] = {
    "id": 0, "url": "", "html_url": "", "source_id": 0, "source_type": "Article", "locale": "en-us", "title": "",
    "body": "", "outdated": False, "draft": False, "hidden": False, "created_by_id": 0, "updated_by_id": 0,
    "created_at": "", "updated_at": "",
}  # fmt: skip

EXAMPLES: dict[str, dict[str, Any]] = {
    "tickets": {
        "url": "", "id": 0, "external_id": None, "via": VIA, "created_at": "", "updated_at": "", "type": None,
        "subject": None, "raw_subject": None, "description": "", "priority": None, "status": "new", "recipient": None,
        "requester_id": 0, "submitter_id": 0, "assignee_id": None, "organization_id": None, "group_id": None,
        "collaborator_ids": [], "follower_ids": [], "email_cc_ids": [], "forum_topic_id": None, "problem_id": None,
        "has_incidents": False, "is_public": True, "due_at": None, "tags": [], "custom_fields": [],
        "satisfaction_rating": None, "sharing_agreement_ids": [], "custom_status_id": 0, "fields": [],
        "followup_ids": [], "ticket_form_id": 0, "brand_id": 0, "allow_channelback": False, "allow_attachments": True,
        "from_messaging_channel": False,
    },
    "users": {
        "id": 0, "url": "", "name": "", "email": None, "created_at": "", "updated_at": "",
        "time_zone": "America/New_York", "iana_time_zone": "America/New_York", "phone": None,
        "shared_phone_number": None, "photo": None, "locale_id": 1, "locale": "en-US", "organization_id": None,
        "role": "end-user", "verified": False, "external_id": None, "tags": [], "alias": None, "active": True,
        "shared": False, "shared_agent": False, "last_login_at": None, "two_factor_auth_enabled": False,
        "signature": None, "details": None, "notes": None, "role_type": None, "custom_role_id": None,
        "moderator": False, "ticket_restriction": "requested", "only_private_comments": False,
        "restricted_agent": True, "suspended": False, "default_group_id": None, "report_csv": False,
        "user_fields": {},
    },
    "organizations": {
        "url": "", "id": 0, "name": "", "shared_tickets": False, "shared_comments": False, "external_id": None,
        "created_at": "", "updated_at": "", "domain_names": [], "details": None, "notes": None, "group_id": None,
        "tags": [], "organization_fields": {},
    },
    "groups": {
        "url": "", "id": 0, "is_public": True, "name": "", "description": "", "default": False, "deleted": False,
        "created_at": "", "updated_at": "",
    },
    "users/identities": {
        "url": "", "id": 0, "user_id": 0, "type": "email", "value": "", "verified": False, "primary": False,
        "created_at": "", "updated_at": "", "undeliverable_count": 0, "deliverable_state": "deliverable",
        "verification_method": "none", "verified_at": None,
    },
    "group_memberships": {
        "url": "", "id": 0, "user_id": 0, "group_id": 0, "default": False, "created_at": "", "updated_at": "",
    },
    "organization_memberships": {
        "url": "", "id": 0, "user_id": 0, "organization_id": 0, "default": False, "created_at": "",
        "organization_name": "", "updated_at": "", "view_tickets": False,
    },
    "automations": {**_RULE, "actions": [], "conditions": {"all": [], "any": []}, "position": 9999, "raw_title": ""},
    "triggers": {
        **_RULE, "actions": [], "conditions": {"all": [], "any": []}, "description": None, "position": 0,
        "raw_title": "", "category_id": "",
    },
    "macros": {**_RULE, "position": 9999, "description": None, "actions": [], "restriction": None, "raw_title": ""},
    "views": {
        **_RULE, "position": 9999, "description": None,
        "execution": {"group_by": None, "group_order": "desc", "sort_by": None, "sort_order": "desc", "group": None,
                      "sort": None, "columns": _COLUMNS, "fields": _COLUMNS, "custom_fields": []},
        "conditions": {"all": [], "any": []}, "restriction": None, "raw_title": "",
    },
    "custom_statuses": {
        "url": "", "id": 0, "status_category": "open", "agent_label": "", "raw_agent_label": "", "end_user_label": "",
        "raw_end_user_label": "", "description": None, "raw_description": None, "end_user_description": None,
        "raw_end_user_description": None, "active": True, "default": False, "created_at": "", "updated_at": "",
    },
    "ticket_fields": {
        **{name: value for name, value in _FIELD.items() if name not in ("key", "system")}, "required": False,
        "collapsed_for_agents": False, "title_in_portal": "", "raw_title_in_portal": "", "visible_in_portal": False,
        "editable_in_portal": False, "required_in_portal": False, "tag": None, "removable": True, "key": None,
        "agent_description": None,
    },
    "user_fields": dict(_FIELD),
    "organization_fields": dict(_FIELD),
    "recipient_addresses": {
        "url": "", "id": 0, "brand_id": 0, "default": None, "name": "", "email": "", "forwarding_status": "waiting",
        "spf_status": "failed", "cname_status": "unknown", "domain_verification_status": "failed",
        "domain_verification_code": "", "created_at": "", "updated_at": "",
    },
    "brands": {
        "url": "", "id": 0, "name": "", "brand_url": "https://example.com", "subdomain": "", "host_mapping": None,
        "has_help_center": True, "help_center_state": "enabled", "active": True, "default": False,
        "is_deleted": False, "logo": None, "ticket_form_ids": [], "signature_template": "{{agent.signature}}",
        "created_at": "", "updated_at": "",
    },
    "custom_roles": {
        "id": 0, "name": "", "description": "", "role_type": 0, "created_at": "", "updated_at": "",
        "configuration": dict.fromkeys(_ROLE_FLAGS, False) | _ROLE_LEVELS, "team_member_count": 0,
    },
    "calls": {"id": 0, "account_id": 0, **dict.fromkeys(_CALL_NULLS), "created_at": "", "updated_at": "",
              "transcript": None, "external_id": None},
    "attachments": {
        "url": "", "id": 0, "file_name": "", "content_url": "", "mapped_content_url": "", "content_type": "",
        "size": 0, "width": None, "height": None, "inline": False, "deleted": False, "malware_access_override": False,
        "malware_scan_result": "not_scanned", "thumbnails": [],
    },
    "jira/links": {
        "id": 0, "ticket_id": "", "issue_id": "", "issue_key": "", "url": "", "created_at": "", "updated_at": "",
    },
    "job_statuses": {
        "id": "", "job_type": "Bulk Update Ticket", "url": "", "total": 0, "progress": 0, "status": "completed",
        "message": "Completed at 2026-01-05 09:00:00 +0000", "results": [],
    },
    "webhooks": {
        "id": "", "name": "", "description": "", "status": "active", "subscriptions": [], "created_at": "",
        "created_by": "", "endpoint": "", "http_method": "POST", "request_format": "json",
    },
    "guide/content_tags": {"id": "", "name": "", "created_at": "", "updated_at": ""},
    "help_center/categories": {
        "id": 0, "url": "", "html_url": "", "position": 0, "created_at": "", "updated_at": "", "name": "",
        "description": "", "locale": "en-us", "source_locale": "en-us", "outdated": False,
    },
    "help_center/sections": {
        "id": 0, "url": "", "html_url": "", "category_id": 0, "position": 0, "sorting": "manual", "created_at": "",
        "updated_at": "", "name": "", "description": "", "locale": "en-us", "source_locale": "en-us",
        "outdated": False, "parent_section_id": None, "theme_template": "section_page",
    },
    "help_center/articles": {
        "id": 0, "url": "", "html_url": "", "author_id": 0, "comments_disabled": False, "content_tag_ids": [],
        "label_names": [], "draft": False, "promoted": False, "position": 0, "vote_sum": 0, "vote_count": 0,
        "section_id": 0, "created_at": "", "updated_at": "", "edited_at": "", "name": "", "title": "", "body": "",
        "source_locale": "en-us", "locale": "en-us", "outdated": False, "outdated_locales": [],
        "permission_group_id": 0, "user_segment_id": None, "user_segment_ids": [],
    },
    "community/topics": {
        "id": 0, "url": "", "html_url": "", "name": "", "description": None, "position": 0, "follower_count": 0,
        "community_id": 0, "created_at": "", "updated_at": "", "manageable_by": "staff", "user_segment_id": None,
    },
    "community/posts": {
        "id": 0, "url": "", "html_url": "", "title": "", "details": "", "author_id": 0, "vote_sum": 0, "vote_count": 0,
        "comment_count": 0, "follower_count": 0, "topic_id": 0, "content_tag_ids": [], "status": "none",
        "pinned": False, "featured": False, "closed": False, "frozen": False, "non_author_editor_id": None,
        "non_author_updated_at": None, "created_at": "", "updated_at": "",
    },
    "help_center/articles/comments": _COMMENT,
    "community/posts/comments": {
        **{name: value for name, value in _COMMENT.items() if name not in ("source_id", "source_type", "locale")},
        "post_id": 0, "official": False,
    },
    **dict.fromkeys(("help_center/articles/subscriptions", "help_center/sections/subscriptions",
                     "community/posts/subscriptions", "community/topics/subscriptions"), _SUBSCRIPTION),
    **dict.fromkeys(("help_center/articles/translations", "help_center/sections/translations",
                     "help_center/categories/translations"), _TRANSLATION),
    "help_center/articles/labels": {"id": 0, "url": "", "name": "", "created_at": "", "updated_at": ""},
    "help_center/votes": {
        "id": 0, "url": "", "user_id": 0, "value": 1, "item_id": 0, "item_type": "Article", "created_at": "",
        "updated_at": "",
    },
    "help_center/user_segments": {
        "id": 0, "name": "", "user_type": "signed_in_users", "group_ids": [], "organization_ids": [], "tags": [],
        "or_tags": [], "added_user_ids": [], "built_in": False, "created_at": "", "updated_at": "",
    },
    "guide/permission_groups": {
        "id": 0, "name": "", "built_in": False, "publish": [], "edit": [], "created_at": "", "updated_at": "",
    },
}  # fmt: skip
