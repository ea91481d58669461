"""A page that answers 200 and is not the document is known by what it is about, not by what its menu says."""

from __future__ import annotations

import pytest

from tracker.extract.formats.html import parse
from tracker.extract.guards import led_astray, not_the_document

MENU = '<header><a href="/login">Log in</a><input type="password"></header><nav>Report a page that was not found</nav>'
FOOTER = "<footer><p>Something went wrong? Sign in. This page does not exist in Welsh.</p></footer>"
LAW = "<h1>Rules for patients</h1><p>A patient may keep 30 g.</p>"
LONG = "<p>Nobody may sell it without a licence, and whoever does so all the same pays a fine.</p>" * 60


def reason(body: str, title: str = "Rules for patients | Ministry") -> str | None:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()
    return not_the_document(parse(page, ""), page)


@pytest.mark.parametrize(
    "body",
    [
        LAW,
        MENU + LAW + FOOTER,
        LAW + "<aside><h3>Session expired?</h3><p>Access denied: what to do.</p></aside>",
        LAW + "<p>A card does not exist in this country. Access to children is forbidden.</p>",
        LAW + "<p>The physician must verify that you are who you say you are; wait just a moment.</p>",
        LAW + LONG + "<p>If the page you are looking for does not exist, write to us.</p>",
        LAW + LONG + '<div class="window"><form>Sign in <input type="password"></form></div>',
        LAW + '<input type="password" style="width:0;visibility:hidden">',
        "<h1>Section 404. Maintenance of equipment</h1><h2>404. Forbidden acts</h2><p>Scheduled maintenance.</p>",
        "<h1>Log of visitors</h1><h2>Sign-in sheets</h2><p>Each visitor signs in.</p>",
        LAW + "<script>var _cf_chl_opt_seen = 'page not found'</script>" + LONG,
        LAW + '<svg><title>Log in</title><path d="M0"/></svg>',
        "<h1>Rule 7</h1><p>[Repealed]</p>",
    ],
)
def test_a_document_is_let_through_whatever_surrounds_it(body: str) -> None:
    assert reason(body) is None


@pytest.mark.parametrize(
    ("title", "body", "name"),
    [
        ("Page not found | Ministry", LONG, "not found"),
        ("404 | Ministry", LONG, "not found"),
        ("Ministry", MENU + "<h1>We couldn\u2019t find that page</h1>" + LONG, "not found"),
        ("Ministry", "<main><h2>404 - File or directory not found.</h2></main>", "not found"),
        ("Ministry", MENU + "<p>The page you requested does not exist.</p>" + FOOTER, "not found"),
        ("Ministère", "<h1>Page introuvable</h1>", "not found"),
        ("Ministry", "<h1>Scheduled maintenance</h1><p>This service is temporarily unavailable.</p>", "maintenance"),
        ("504 Gateway Time-out", "<center><h1>504 Gateway Time-out</h1></center>", "maintenance"),
        ("Ministry - Ministry is experiencing technical difficulties", LONG, "maintenance"),
        ("Access Denied", "<h1>Access Denied</h1>You don't have permission. Reference #18.2f", "refuses us"),
        ("ERROR: The request could not be satisfied", "<h1>403 ERROR</h1>", "refuses us"),
        ("Request Rejected", "The requested URL was rejected.", "refuses us"),
        ("Federal Register :: Request Access", LONG, "refuses us"),
        ("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript>", "challenge"),
        ("Human Verification", LONG, "challenge"),
        ("Attention Required! | Cloudflare", "<h1>Sorry</h1>", "challenge"),
        ("", "<noscript>We need to verify that you're not a robot.</noscript>", "challenge"),
        ("", "<p>Wait.</p><script>window._cf_chl_opt={}</script>", "challenge"),
        ("Sign in", LONG, "log-in"),
        ("Ministry | Log in to continue", LAW, "log-in"),
        ("Ministry", '<main><form>E-mail <input> Password <input type="password"></form></main>', "log-in"),
        ("Ministry", "<nav>Home</nav><script>go()</script>", "no text"),
        ("Ministry", "", "no text"),
    ],
)
def test_what_is_not_the_document_is_named(title: str, body: str, name: str) -> None:
    assert name in (reason(body, title) or "")


def test_a_page_that_breaks_off_is_incomplete() -> None:
    page = f"<html><head><title>Rules</title></head><body>{LAW}{LONG}".encode()
    assert not_the_document(parse(page, ""), page) == "The page ends before it is complete."


DOCUMENT = "https://law.example/acts/2026/error-rates?id=7"


@pytest.mark.parametrize(
    ("reached", "name"),
    [
        ("https://law.example/", "the home page"),
        ("https://law.example", "the home page"),
        ("http://www.law.example/fr/", "the home page"),
        ("https://law.example/en-GB/home.aspx", "the home page"),
        ("https://law.example/account/login?next=/acts", "a log-in page"),
        ("https://law.example/sign-in", "a log-in page"),
        ("https://law.example/anmeldung", "a log-in page"),
        ("https://law.example/page-not-found", "an error page"),
        ("https://law.example/404.html", "an error page"),
        ("https://law.example/show?error=1", "an error page"),
        ("https://unblock.law.example/why", "wants something first"),
        ("https://login.states.example/acts/7", "wants something first"),
    ],
)
def test_a_redirect_that_leads_elsewhere_is_named(reached: str, name: str) -> None:
    reason = led_astray(DOCUMENT, reached)
    assert reason is not None
    assert name in reason
    assert reached in reason


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        (DOCUMENT, "https://law.example/acts/2026/error-rates/?id=7"),
        (DOCUMENT, "https://www.law.example/act/7/index.html"),
        (DOCUMENT, "https://law.example/?act=7"),
        ("https://law.example/show?section=404", "https://law.example/section/404"),
        (DOCUMENT, "https://law.example/acts/log-in-requirements"),
        ("https://law.example/", "https://www.law.example/en/"),
        ("https://law.example/index.html", "https://law.example/"),
        ("https://law.example/login/law.html", "https://law.example/login/law-2.html"),
        ("https://login.law.example/law", "https://login.law.example/law-2"),
    ],
)
def test_a_redirect_to_the_document_is_followed(asked: str, reached: str) -> None:
    assert led_astray(asked, reached) is None
