"""A thousand pages of a regulator with one rule each, and the declaration that reads them."""

from __future__ import annotations

from pathlib import Path

NUMBER = 1000
_FILLER = (
    "A licence holder keeps the records of this part for two years and shows them to an inspector who asks. "
    "The authority may publish a form, and a form that is not complete is returned within ten days. "
)


def write(folder: Path, *, every: int = 0) -> int:
    """Write the pages, of about 40 KB; every n-th with another number in its rule. Returns how many differ."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = 0
    for page in range(NUMBER):
        differs = bool(every) and page % every == 0
        changed += differs
        (folder / f"p{page:04d}.html").write_text(_page(page, 45 if differs else 30), "utf-8")
    return changed


def declare(home: Path, base: str) -> None:
    """Write the declaration of all pages as one source into a home."""
    lines = [
        "title: A thousand pages",
        "jurisdiction: CA",
        "publisher: {name: Benchmark, official: false}",
        "instrument: {title: Benchmark, short: Benchmark, type: regulation}",
        "spider: page",
        "format: html",
        "language: en",
        "schedule: 0 4 * * *",
        "access: {licence: own, terms: own, tried_live: never}",
        "html: {content: main, citation: 'scheme {number}'}",
        "documents:",
        *(f"  - {{id: p{page:04d}, url: '{base}/p{page:04d}.html'}}" for page in range(NUMBER)),
        "rules:",
        *(
            f"  - {{topic: possession_limit, qualifier: {{scheme: s{page}}}, at: scheme {page},"
            f" find: 'patient of scheme {page} may hold no more than {{quantity}} of dried flower'}}"
            for page in range(NUMBER)
        ),
    ]
    folder = home / "spiders" / "ca"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pages.yml").write_text("\n".join(lines) + "\n", "utf-8")
    host = base.removeprefix("http://")
    (home / "tracker.toml").write_text(
        f'only_own_sources = true\nallow_hosts = ["{host}"]\ncrawl_delay = 0.0\n', "utf-8"
    )


def _page(number: int, grams: int) -> str:
    items = "\n".join(f"<li>Form {number}-{item}: {_FILLER}</li>" for item in range(60))
    rows = "\n".join(f"<tr><td>{row}</td><td>{_FILLER}</td></tr>" for row in range(60))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Scheme {number}</title></head>
<body><nav><a href="/">Home</a></nav><main>
<h2>{number} Possession</h2>
<p>A patient of scheme {number} may hold no more than {grams} grams of dried flower at any time.</p>
<ul>{items}</ul><table>{rows}</table>
</main><footer>Built every night</footer></body></html>
"""
