"""Writes the pages of an invented office: its rules, the same rules printed otherwise, and what is not the rules."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

CONDITIONS = ("Chronic pain", "Epilepsy", "Multiple sclerosis", "Cancer")
LIMITS = (("Dried flower", "60 g"), ("Oil", "120 ml"), ("Capsules", "90 pieces"))
OFFICE = "Office of Patient Medicines"
PROSE = (
    "Whoever asks for a card sends the form to this office and brings it to the first visit.",
    "The office answers within the month, and says which papers are missing where some are.",
    "A card that was lost is replaced against the fee that is printed on the form.",
    "Pharmacies keep the papers that they were shown, and return them when they are asked to.",
)
GERMAN_PROSE = (
    "Wer eine Karte beantragt, sendet das Formular an die Behörde und bringt es zum ersten Termin mit.",
    "Die Behörde antwortet innerhalb eines Monats und nennt die Unterlagen, die noch nicht vorliegen.",
    "Eine verlorene Karte wird gegen die Gebühr ersetzt, die auf dem Formular steht.",
    "Apotheken bewahren die Unterlagen auf, die ihnen gezeigt wurden, und geben sie auf Wunsch zurück.",
)


@dataclass(frozen=True)
class Rules:
    """What the page says; everything else about it is print."""

    applies: str = "Applies from 1 January 2026."
    notice: str = "Cards signed before 1 March 2025 stay valid until 30 June 2031."
    conditions: tuple[str, ...] = CONDITIONS
    limits: tuple[tuple[str, str], ...] = LIMITS
    lasts: str = "A card lasts for 90 days from the day on which it is signed."
    named: str = 'The first visit is called "the intake" - it takes an hour.'


def rules(law: Rules, lang: str = ' lang="en"', beside: str = "Our counters are open on weekdays.") -> str:
    """The page as it was first published."""
    items = "".join(f"<li>{each}</li>\n" for each in law.conditions)
    rows = "".join(f"<tr><td>{product}</td><td>{limit}</td></tr>\n" for product, limit in law.limits)
    return framed(
        f"""<main id="content"><h1>Rules for patients</h1>
<p>This office keeps the list of patients.</p>
<p>{law.applies}</p>
<h2>1 Who signs</h2>
<p>A card can be signed by a physician or a nurse practitioner who knows the patient.</p>
<p>{PROSE[0]}</p>
<h2>2 Conditions</h2>
<p>A card is given for one of these:</p>
<ul>
{items}</ul>
<h2>3 How much</h2>
<p>A patient may carry, of each product:</p>
<table><thead><tr><th>Product</th><th>Limit</th></tr></thead>
<tbody>
{rows}</tbody></table>
<h2>4 How long</h2>
<p>{law.lasts}</p>
<p>{law.notice}</p>
<p>{law.named}</p>
<h2>5 Cards and papers</h2>
<p>{PROSE[1]}</p>
<p>{PROSE[2]}</p>
<p>{PROSE[3]}</p>
</main>""",
        lang=lang,
        beside=beside,
    )


def refactored(law: Rules) -> str:
    """The same words, in the elements, classes and attributes of another decade."""
    items = "\n".join(f'<li class="list__item"><span>{each}</span></li>' for each in law.conditions)
    rows = "\n".join(
        f'<tr class="grid__row"><td data-label="Product"><span>{product}</span></td><td data-label="Limit">'
        f"<strong>{limit}</strong></td></tr>"
        for product, limit in law.limits
    )
    wrapped = "".join(f'<div class="prose"><div class="prose__text">{each}</div></div>' for each in PROSE[1:])
    return framed(
        f"""<div class="shell"><div class="shell__main" id="content" role="main">
<div class="hero"><h1 class="hero__title"><span>Rules for patients</span></h1></div>
<div class="prose"><div class="prose__text">This office keeps the <em>list of patients</em>.</div></div>
<div class="prose"><div class="prose__text">{law.applies}</div></div>
<section class="part" data-part="1"><h2 class="part__title"><span>1 Who signs</span></h2>
<div class="prose"><div class="prose__text">A card can be <b>signed</b> by a physician or a nurse
practitioner who knows the patient.</div><div class="prose__text">{PROSE[0]}</div></div></section>
<section class="part" data-part="2"><h2 class="part__title"><span>2 Conditions</span></h2>
<div class="prose"><div class="prose__text">A card is given for one of these:</div></div>
<div class="scroll"><ul class="list">{items}</ul></div></section>
<section class="part" data-part="3"><h2 class="part__title"><span>3 How much</span></h2>
<div class="prose"><div class="prose__text">A patient may carry, of each product:</div></div>
<div class="scroll"><table class="grid"><tbody><tr><th scope="col">Product</th><th scope="col">Limit</th></tr>
{rows}</tbody></table></div></section>
<section class="part" data-part="4"><h2 class="part__title"><span>4 How long</span></h2>
<div class="prose"><div class="prose__text">{law.lasts}</div><div class="prose__text">{law.notice}</div>
<div class="prose__text">{law.named}</div></div></section>
<section class="part" data-part="5"><h2 class="part__title"><span>5 Cards and papers</span></h2>{wrapped}</section>
</div></div>"""
    )


def listed(law: Rules) -> str:
    """The page after its table became a list."""
    page = rules(law)
    start, end = page.index("<table>"), page.index("</table>") + len("</table>")
    items = "".join(f"<li><b>{product}</b>: up to {limit}</li>" for product, limit in law.limits)
    return f'{page[:start]}<ul class="limits">{items}</ul>{page[end:]}'


def shortened(law: Rules) -> str:
    """The first part of the page alone, well-formed, as a content system prints it that lost the rest."""
    page = rules(law)
    return page[: page.index("<h2>3")] + page[page.index("</main>") :]


def german(lang: str = ' lang="de"') -> str:
    """The same page in German, at the address of the English one."""
    items = "".join(f"<li>{each}</li>" for each in ("Chronische Schmerzen", "Epilepsie", "Multiple Sklerose"))
    rows = "".join(f"<tr><td>{product}</td><td>{limit}</td></tr>" for product, limit in LIMITS)
    prose = "".join(f"<p>{each}</p>" for each in GERMAN_PROSE)
    return framed(
        f"""<main id="content"><h1>Regeln für Patienten</h1>
<p>Diese Behörde führt die Liste der Patienten und entscheidet über jeden Antrag.</p><p>Gilt ab 1. Januar 2026.</p>
<h2>1 Wer unterschreibt</h2><p>Eine Karte wird von einem Arzt unterschrieben, der den Patienten kennt.</p>
<h2>2 Erkrankungen</h2><p>Eine Karte wird für eine der folgenden Erkrankungen ausgestellt:</p><ul>{items}</ul>
<h2>3 Wie viel</h2><p>Ein Patient darf von jedem Produkt höchstens so viel bei sich tragen:</p>
<table><tbody>{rows}</tbody></table>
<h2>4 Wie lange</h2><p>Eine Karte gilt für 1 Jahr ab dem Tag, an dem sie unterschrieben wird.</p>
<h2>5 Karten und Unterlagen</h2>{prose}</main>""",
        lang=lang,
        title="Regeln für Patienten",
    )


def announcement(starts: str) -> str:
    """A page that says what will hold."""
    return framed(
        f"""<main id="content"><h1>What is to come</h1><p>This office keeps the list of patients.</p>
<p>Applies from {starts}.</p><h2>1 Growing</h2><p>A patient may grow up to 6 plants at home.</p>
<p>{PROSE[0]}</p><p>{PROSE[1]}</p><p>{PROSE[2]}</p><p>{PROSE[3]}</p></main>"""
    )


def home() -> str:
    """The first page of the site, in the frame of all of them."""
    items = "".join(f"<li><a href='/{n}'>{each}</a></li>" for n, each in enumerate(("Patients", "Pharmacies", "News")))
    return framed(
        f"""<main id="content"><h1>Welcome</h1><p>This office keeps the list of patients.</p><ul>{items}</ul>
<p>{PROSE[0]}</p><p>{PROSE[1]}</p><p>{PROSE[2]}</p><p>{PROSE[3]}</p><p>Choose what you look for.</p></main>""",
        title="Welcome",
    )


def not_found() -> str:
    """The page for addresses that lead nowhere, in the frame of the site."""
    return framed(
        f"<main id='content'><h1>We could not find that page</h1><p>{PROSE[0]}</p><p>{PROSE[1]}</p></main>",
        title="Page not found",
    )


def log_in() -> str:
    """A wall that wants an account."""
    return framed(
        '<main id="content"><h1>Your account</h1><form method="post" action="/in"><p>E-mail <input name="mail"></p>'
        '<p>Password <input type="password" name="word"></p><p><button>Go on</button></p></form></main>',
        title="Sign in",
    )


def challenge() -> str:
    """A page that wants proof of a browser."""
    return (
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body><h1>law.example</h1>'
        "<p>Checking your browser before you go on.</p><noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script>window._cf_chl_opt={cType:'managed'}</script></body></html>"
    )


def maintenance() -> str:
    """What stands there while the site is worked on."""
    return (
        f"<!DOCTYPE html><html><head><title>{OFFICE}</title></head><body><h1>Scheduled maintenance</h1>"
        "<p>We are improving this site for you. Please come back in the evening.</p></body></html>"
    )


def framed(main: str, lang: str = ' lang="en"', title: str = "Rules for patients", beside: str = "") -> str:
    """A page in the frame of the site."""
    return f"""<!DOCTYPE html>
<html{lang}><head><meta charset="utf-8"><title>{escape(title)} | {OFFICE}</title></head>
<body><header><a href="/">{OFFICE}</a><nav><ul><li><a href="/patients">Patients</a></li>
<li><a href="/news">News</a></li></ul></nav></header>
{main}
<aside><p>{beside}</p></aside><footer><p>Contact. Privacy. Site map.</p></footer></body></html>
"""
