"""Writes regulator pages: a text in a realistic frame, the same text redesigned, and what stands there on bad days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from random import Random

_STYLE = ":root{--brand:#0b5c4a}body{font:17px/1.5 sans-serif;margin:0}" + "".join(
    f".s-{n}{{margin:{n}px;padding:{n % 7}px;border-left:{n % 3}px solid var(--brand)}}" for n in range(120)
)
_SCRIPT = "(function(w){w.dl=w.dl||[];" + "".join(
    f"w.dl.push(['evt{n}',{{id:{n},cat:'nav',on:!0}}]);" for n in range(90)
)
_MENU = (
    "Births", "Clinics", "Cosmetics", "Dental care", "Drinking water", "Emergencies", "Food safety", "Forms",
    "Grants", "Hospitals", "Licences", "Medicines", "News", "Pharmacies", "Public meetings",
    "Mental health", "Registers", "Research", "Screening", "Statistics", "Travel health", "Vacancies", "Vaccines",
)  # fmt: skip


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; with `split` each item's words are spread over several elements."""

    items: tuple[str, ...]
    split: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with a header row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Paragraph | Bullets | Grid


@dataclass(frozen=True)
class Page:
    """The text of a page: a title, an introduction and titled sections."""

    title: str
    intro: tuple[str, ...]
    sections: tuple[tuple[str, tuple[Part, ...]], ...]


@dataclass(frozen=True)
class Frame:
    """All that surrounds the text and changes without the text changing."""

    site: str
    built: date
    seed: int = 0
    """Chooses menu links, the cookie token and the notice beside the text."""


def classic(page: Page, frame: Frame) -> bytes:
    """The page as the site first published it."""
    return _document(page.title, frame, "".join(_classic(page)))


def redesigned(page: Page, frame: Frame) -> bytes:
    """The same words in the same order, with other elements, classes and ids."""
    return _document(page.title, frame, "".join(_redesigned(page)), 'class="shell shell--v4"')


def soft_404(frame: Frame) -> bytes:
    """The site's "not found" page, which it serves with status 200."""
    text = "<h1>We couldn't find that page</h1><p>It may have moved. Try the search, or start from the home page.</p>"
    return _document("Page not found", frame, f'<main id="content">{text}</main>')


def login(frame: Frame) -> bytes:
    """A wall that asks for an account."""
    text = (
        '<main id="content"><h1>Sign in to continue</h1><form action="/session" method="post"><label>E-mail '
        '<input name="email" type="email"></label><label>Password <input name="password" type="password"></label>'
        '<button>Sign in</button></form><p>No account yet? <a href="/register">Register</a></p></main>'
    )
    return _document("Sign in", frame, text)


def challenge(frame: Frame) -> bytes:
    """A short page that wants proof of a human and has no frame at all."""
    token = f"{Random(frame.seed).getrandbits(96):024x}"
    return (
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta name="robots" content="noindex">'
        f'<meta http-equiv="refresh" content="390"></head><body><div id="challenge-form" data-ray="{token}"><h1>'
        f"{escape(frame.site.lower())}</h1><h2>Verify you are human by completing the captcha below.</h2>"
        "<noscript>Enable JavaScript and cookies to continue</noscript></div></body></html>"
    ).encode()


def maintenance(frame: Frame) -> bytes:
    """The page shown while the site is being worked on."""
    text = "<h1>Scheduled maintenance</h1><p>This service is temporarily unavailable. Please come back later today.</p>"
    return f"<!DOCTYPE html><html><head><title>{escape(frame.site)}</title></head><body>{text}</body></html>".encode()


def truncated(page: bytes) -> bytes:
    """A page that broke off in the middle of its text, inside a tag."""
    start, end = page.index(b"<main"), page.index(b"</main>")
    return page[: page.rindex(b"<", start, (start + end) // 2) + 2]


def _document(title: str, frame: Frame, main: str, body: str = "") -> bytes:
    rng = Random(f"frame:{frame.seed}")
    token = f"{rng.getrandbits(64):016x}"
    menu = "".join(
        f'<li class="nav-item s-{n}"><a href="/topics/{n}?ref={rng.randint(100, 999)}" data-track="{n}">{name}</a></li>'
        for n, name in enumerate(rng.sample(_MENU, len(_MENU)))
    )
    notices = (
        "Flu clinics open next week.",
        "Our offices are closed on Monday.",
        "Tell us what you think of this site.",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)} | {escape(frame.site)}</title>'
        f'<meta name="csrf-token" content="{token}"><style>{_STYLE}</style><script>{_SCRIPT}}})(window);</script>'
        f"</head>\n<body {body}>"
        '<div id="cookie-banner" role="dialog"><p>We use cookies to make this site work and to count visits.</p>'
        '<button>Accept all</button> <button>Only what is needed</button></div>\n<header class="site-header">'
        f'<a class="logo" href="/">{escape(frame.site)}</a><nav aria-label="Main"><ul>{menu}</ul></nav></header>\n'
        '<nav class="breadcrumbs" aria-label="Breadcrumb"><ol><li><a href="/">Home</a></li><li>'
        f'<a href="/medicines">Medicines</a></li><li>{escape(title)}</li></ol></nav>\n{main}\n'
        f'<aside class="related"><h2>Notices</h2><p>{rng.choice(notices)}</p></aside>\n<footer><ul>'
        + "".join(
            f'<li><a href="/about/{n}">{name}</a></li>' for n, name in enumerate(("Contact", "Privacy", "Site map"))
        )
        + f'</ul><p>Build {frame.built:%Y%m%d}.{rng.randint(1, 9)} · Page generated <time datetime="{frame.built}">'
        f"{frame.built:%d.%m.%Y}</time> · {rng.randint(1000, 99999)} visits</p></footer></body></html>\n"
    ).encode()


def _classic(page: Page) -> Iterator[str]:
    yield f'<main id="content"><h1>{escape(page.title)}</h1>'
    yield from (f"<p>{escape(text)}</p>" for text in page.intro)
    for title, parts in page.sections:
        yield f'\n<h2 id="{_slug(title)}">{escape(title)}</h2>'
        for part in parts:
            if isinstance(part, Paragraph):
                yield f"<p>{escape(part.text)}</p>"
            elif isinstance(part, Bullets):
                items = "".join(f"<li>{_split(item) if part.split else escape(item)}</li>" for item in part.items)
                yield f"<ul>{items}</ul>"
            else:
                yield f"<table><caption>{escape(part.caption)}</caption><thead>{_row(part.heads, 'th')}</thead><tbody>"
                yield "".join(_row(row, "td") for row in part.rows) + "</tbody></table>"
    yield "</main>"


def _redesigned(page: Page) -> Iterator[str]:
    yield f'<div class="layout"><article class="prose" data-node="{len(page.title)}"><h1>{escape(page.title)}</h1>'
    yield "".join(f'<div class="prose__p">{escape(text)}</div>' for text in page.intro)
    for number, (title, parts) in enumerate(page.sections):
        yield f'\n<section class="accordion" id="acc-{number}"><h3><span>{escape(title)}</span></h3><div class="panel">'
        for part in parts:
            if isinstance(part, Paragraph):
                yield f'<div class="prose__p">{escape(part.text)}</div>'
            elif isinstance(part, Bullets):
                items = "".join(f'<div role="listitem"><span>{escape(item)}</span></div>' for item in part.items)
                yield f'<div role="list" class="ticks">{items}</div>'
            else:
                cells = "".join(_row(row, "td") for row in (part.heads, *part.rows))
                yield f'<div class="prose__p">{escape(part.caption)}</div>'
                yield f'<div class="scroll"><table>{cells}</table></div>'
        yield "</div></section>"
    yield "</article></div>"


def _row(cells: tuple[str, ...], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _split(item: str) -> str:
    """The item with its first word set apart, and the rest in a paragraph of its own or in a link."""
    first, _, rest = item.partition(" ")
    if not rest:
        return f"<strong>{escape(first[:1])}</strong>{escape(first[1:])}"
    return f"<p><strong>{escape(first)}</strong></p> <p><a href='/az/{len(item)}'>{escape(rest)}</a></p>"


def _slug(title: str) -> str:
    return "-".join(title.lower().split())
