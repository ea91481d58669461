"""Pages that answer 200 and are not the document: errors, log-ins, challenges, maintenance, cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from tracker.extract.normalise import spaced

_WHAT = r"(?:page|address|url|link|resource|file|site|website|(?:requested|you (?:requested|are looking for)) \w+)"
_GONE = r"(?:(?:was|is|has|could|can|does)? ?(?:not|n't|no longer) (?:be |been )?(?:found|exists?|available))"
_ERRORS = (
    (
        rf"\b{_WHAT}(?: \S+){{0,5}}? {_GONE}\b|\b(?:could not|couldn't|can(?:no|')t) find (?:that|the|this|your) page\b"
        r"|^not found$|^404$|^404 \||\b(?:error|http) ?404\b|\b404\W{1,3}(?:error|file|page|not found)"
        r"|\bpage (?:introuvable|non trouvée)\b|\bseite (?:wurde )?nicht gefunden\b|\bpágina no encontrada\b",
        "an error page (not found)",
    ),
    (
        r"\b(?:service|site|website|page|server)(?: is)? (?:temporarily |currently )?unavailable\b"
        r"|\btemporarily unavailable\b|\b(?:under(?:going)?|down for|closed for) (?:scheduled |planned )?maintenance\b"
        r"|^(?:scheduled |planned |site )?maintenance$|\binternal server error\b|\bsomething went wrong\b"
        r"|\bexperiencing technical (?:difficulties|problems)\b|\b(?:error|http) ?50\d\b"
        r"|\b50[0234] (?:bad|gateway|service|server|error|internal)",
        "an error or maintenance page",
    ),
    (
        r"\baccess (?:is |was )?denied\b|\b403 forbidden\b|^forbidden$"
        r"|\brequest (?:was |has been )?(?:blocked|rejected)\b|\byou have been blocked\b"
        r"|\brequest could not be satisfied\b|\bdns filter\b|(?:^|:: )request access$",
        "a page that refuses us",
    ),
    (
        r"\bcaptcha\b|\bverify (?:that )?you(?: are|'re) (?:a )?(?:human|not a robot)\b|\bchecking your browser\b"
        r"|^(?:just a|one) moment\b|\benable javascript and cookies\b|\bhuman verification\b|^attention required\b"
        r"|\bpardon our interruption\b|\bare you a (?:human|robot)\b|\bsecurity check(?:point)?$",
        "a challenge for browsers",
    ),
)
_SAYS = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _ERRORS)
_LOG_IN = re.compile(
    r"^(?:please )?(?:log[ -]?in|sign[ -]?in|(?:your )?session (?:has )?(?:expired|timed out)|anmelden|anmeldung"
    r"|(?:se )?connecte[rz](?:-vous)?|connexion|iniciar sesión|acceso de usuarios)(?: \S+){0,4}$",
    re.IGNORECASE,
)
_CHALLENGES = (b"_cf_chl_opt", b"cf-browser-verification", b"gokuprops", b"_incapsula_resource", b"px-captcha",
               b"sec-if-cpt-container", b"distil_r_captcha", b"ddos-guard")  # fmt: skip
"""What the scripts of challenges are called; some of them also stand in pages that passed."""

_LEADS_TO = (
    (
        r"/(?:(?:log|sign)[-_]?(?:in|on)|anmeld\w*|connexion|iniciar-sesion|sso|saml2?|oauth2?)(?![\w-])",
        "a log-in page",
    ),
    (
        r"[/?&=](?:404|errors?|(?:page[-_]?)?not[-_]?found|maintenance|unavailable|fehler\w*|erreur)(?![\w-])",
        "an error page",
    ),
    (
        r"^/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home|accueil|startseite|inicio)(?:\.\w{2,5})?)?/?$",
        "the home page of the site",
    ),
)
"""Where redirects lead when the document is not there, by what stands in the path."""
_LEADS = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _LEADS_TO)
_GATE = re.compile(r"(?:unblock|log-?in|sso|auth|accounts?|captcha|challenge|maintenance|sorry)\.", re.IGNORECASE)
"""How hosts are called that stand before others."""

_HARDLY_ANY = 500
"""Characters of text, menus and footers apart, below which a page may be nothing but an error."""
_SHORT = 3_000
"""Characters below which a password is what the page is about, and not a window that opens on request."""
_FRAME = frozenset({"nav", "header", "footer", "aside", "script", "style", "template"})
_PASSWORD = etree.XPath(
    "//input[@type='password'][not(contains(@style, 'hidden') or contains(@style, 'none'))]"
    "[not(ancestor::nav or ancestor::header or ancestor::footer or ancestor::aside)]"
)


def not_the_document(page: etree._Element, body: bytes) -> str | None:
    """Why a page is not the document that was asked for, in plain words, or None."""
    if b"<html" in body[:4096].lower() and b"</html" not in body[-4096:].lower():
        return "The page ends before it is complete."
    text = _text(page)
    titles = [part for title in page.iter("title") if not _in_drawing(title) for part in _parts(title)]
    heads = [spaced("".join(map(str, each.itertext()))) for each in page.iter("h1", "h2")]
    says = [*titles, *heads, *([text] if len(text) < _HARDLY_ANY else [])]
    for pattern, name in _SAYS:
        found = next((hit for words in says if (hit := pattern.search(words.replace("\u2019", "'")))), None)
        if found:
            return f'The page answered 200 but is {name}: "{found.group(0)}".'
    log_in = next((title for title in titles if _LOG_IN.search(title)), None)
    if log_in is None and len(text) < _SHORT and _PASSWORD(page):
        log_in = "password"
    if log_in:
        return f'The page answered 200 but is a log-in page: "{log_in}".'
    if len(text) < _HARDLY_ANY and any(marker in body.lower() for marker in _CHALLENGES):
        return "The page answered 200 but is a challenge for browsers."
    return None if text else "The page has no text."


def led_astray(asked: str, reached: str) -> str | None:
    """Why the address to which a redirect led is not that of the document, in plain words, or None."""
    before, after = (
        parts.path + (f"?{parts.query}" if parts.query else "") for parts in map(urlsplit, (asked, reached))
    )
    for pattern, name in _LEADS:
        if pattern.search(after) and not pattern.search(before):
            return f"The address now leads to {name} ({reached})."
    host, gate = (urlsplit(address).hostname or "" for address in (asked, reached))
    if gate != host and _GATE.match(gate):
        return f"The address now leads to a page that wants something first ({reached})."
    return None


def _in_drawing(title: etree._Element) -> bool:
    return next(title.iterancestors("svg"), None) is not None


def _parts(title: etree._Element) -> Iterator[str]:
    """A title, and what stands in it between the marks that divide it from the name of the site."""
    whole = spaced(title.text or "")
    yield whole
    yield from (part for part in re.split(r"\s+(?:[|\u2013\u2014-]|::)\s+", whole) if part != whole)


def _text(page: etree._Element) -> str:
    """The words of a page without what surrounds them; no more of them than it takes to call it long."""
    parts: list[str] = []
    length = 0
    for words in _words(body) if (body := page.find("body")) is not None else ():
        parts.append(words)
        length += len(words.strip())
        if length >= 2 * _SHORT:
            break
    return spaced(" ".join(parts))


def _words(element: etree._Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _FRAME:
            yield from _words(child)
        if child.tail:
            yield child.tail
