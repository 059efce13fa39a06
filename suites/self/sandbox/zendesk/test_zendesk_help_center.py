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
