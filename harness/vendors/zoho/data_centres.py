"""Zoho's data centres: each has hosts of its own, and what one of them gave is nothing to another."""

from __future__ import annotations

from collections.abc import Mapping

# Vendor pages and accounts.zoho.com/oauth/serverinfo, read 2026-08; the hosts of Desk also by live probes of all ten.
_DOMAINS = (
    "zoho.com",
    "zoho.eu",
    "zoho.in",
    "zoho.com.au",
    "zoho.jp",
    "zoho.sa",
    "zoho.com.cn",
    "zoho.sg",
    "zoho.ae",
    "zohocloud.ca",
)

TOKEN_URLS: Mapping[str, str] = {f"desk.{domain}": f"https://accounts.{domain}" for domain in _DOMAINS}
"""The host of Desk in each data centre to the URL of the accounts host there."""
