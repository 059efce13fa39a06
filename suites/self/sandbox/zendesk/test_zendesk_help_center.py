"""The help center: nested pages, translated texts, search."""

from __future__ import annotations

import pytest

HELP = "/help_center"


@pytest.fixture
def section(account):
    """A section in a category of its own."""
    category = account.post(f"{HELP}/categories", {"category": {"name": "Guides", "locale": "en-us"}}).body["category"]
    made = account.post(f"{HELP}/categories/{category['id']}/sections", {"section": {"name": "First steps"}})
    assert made.status == 201, made.body
    return made.body["section"]


def article(account, section, title):
    made = account.post(f"{HELP}/sections/{section['id']}/articles", {"article": {"title": title, "body": "Text"}})
    assert made.status == 201, made.body
    return made.body["article"]


def test_articles_belong_to_their_section_and_its_category(account, section):
    ident = article(account, section, "How to begin")["id"]
    for path in (f"sections/{section['id']}", f"categories/{section['category_id']}"):
        assert [row["id"] for row in account.get(f"{HELP}/{path}/articles").body["articles"]] == [ident]


def test_a_path_may_name_the_locale(account, section):
    path = f"{HELP}/en-us/sections/{section['id']}"
    assert account.get(path).body["section"]["id"] == section["id"]


def test_an_update_leaves_the_texts_to_translations(account, section):
    ident = article(account, section, "How to begin")["id"]
    changed = account.put(f"{HELP}/articles/{ident}", {"article": {"title": "Other", "promoted": True}}).body["article"]
    assert (changed["title"], changed["promoted"]) == ("How to begin", True)


def test_an_article_is_found_by_a_word_of_its_title(account, section):
    ident = article(account, section, "Unheard-of matters")["id"]
    rows = account.get(f"{HELP}/articles/search", query="unheard-of").body["results"]
    assert [(row["id"], row["result_type"]) for row in rows] == [(ident, "article")]


def test_a_parent_that_is_not_there(account):
    assert account.get(f"{HELP}/sections/4711/articles").status == 404
    assert account.post(f"{HELP}/sections/4711/articles", {"article": {"title": "A"}}).status == 404


def votes(account, page):
    return [row["value"] for row in account.get(f"{page}/votes").body["votes"]]


@pytest.mark.parametrize(("listed", "kind"), [(f"{HELP}/articles", "Article"), ("/community/posts", "Post")])
def test_who_votes_again_changes_their_vote(account, listed, kind):
    item = account.get(listed).body[listed.rpartition("/")[2]][0]
    page = f"{listed}/{item['id']}"
    vote = account.post(f"{page}/up").body["vote"]
    assert (vote["item_type"], vote["item_id"], vote["value"]) == (kind, item["id"], 1)
    assert account.post(f"{page}/down").body["vote"]["id"] == vote["id"]
    assert votes(account, page) == [-1]
    assert account.get(page).body[kind.lower()]["vote_sum"] == -1
    assert account.delete(f"{HELP}/votes/{vote['id']}").status == 204
    assert votes(account, page) == []
    assert account.get(page).body[kind.lower()]["vote_sum"] == 0
    assert account.post(f"{listed}/4711/up").status == 404


def test_a_page_has_a_translation_for_each_locale(account, section):
    page = f"{HELP}/articles/{article(account, section, 'How to begin')['id']}"
    assert [row["title"] for row in account.get(f"{page}/translations").body["translations"]] == ["How to begin"]
    made = account.post(
        f"{page}/translations", {"translation": {"locale": "fr", "title": "Pour commencer", "body": "x"}}
    )
    assert (made.status, made.body["translation"]["source_type"]) == (201, "Article")
    assert account.get(f"{page}/translations/fr").body["translation"] == made.body["translation"]
    account.put(f"{page}/translations/en-us", {"translation": {"title": "First steps"}})
    assert account.get(page).body["article"]["title"] == "First steps"
    assert account.delete(f"{page}/translations/fr").status == 204
    assert account.get(f"{page}/translations/fr").status == 404


@pytest.mark.parametrize(
    ("parent", "part", "wrapper", "fields"),
    [(f"{HELP}/articles", "comments", "comment", {"body": "Thanks", "locale": "en-us"}),
     (f"{HELP}/articles", "subscriptions", "subscription", {"locale": "en-us"}),
     (f"{HELP}/articles", "labels", "label", {"name": "new"}),
     (f"{HELP}/sections", "subscriptions", "subscription", {"locale": "en-us"}),
     ("/community/posts", "comments", "comment", {"body": "Thanks"}),
     ("/community/posts", "subscriptions", "subscription", {}),
     ("/community/topics", "subscriptions", "subscription", {"include_comments": True})],
)  # fmt: skip
def test_what_hangs_on_a_page_is_made_listed_and_deleted(account, parent, part, wrapper, fields):
    page = f"{parent}/{account.get(parent).body[parent.rpartition('/')[2]][0]['id']}"
    before = account.get(f"{page}/{part}").body[part]
    made = account.post(f"{page}/{part}", {wrapper: fields})
    assert made.status == 201, made.body
    record = made.body[wrapper]
    assert fields.items() <= record.items()
    assert record.keys() == before[0].keys()
    assert record in account.get(f"{page}/{part}").body[part]
    assert account.delete(f"{page}/{part}/{record['id']}").status == 204
    assert account.get(f"{page}/{part}").body[part] == before


def test_the_help_center_has_one_locale(account):
    assert account.get(f"{HELP}/locales").body == {"locales": ["en-us"], "default_locale": "en-us"}
