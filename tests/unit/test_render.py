"""Templates and Slack blocks: what people read, kept as goldens, and the limits that mail programs and Slack set."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import digest_sample as sample
from tracker.domain.digest import Digest, StandingRule, compose
from tracker.domain.rule import RuleKey, Status
from tracker.domain.subscription import Wish
from tracker.domain.value import Text
from tracker.notify.render import HTML_LIMIT, WIDTH, Links, Renderer

GOLDENS = Path(__file__).parent / "goldens"
LINKS = Links("https://rules.example.org/u/AbC?x=1&y=2", "desk@example.org", "https://rules.example.org/")
RENDERER = Renderer([sample.OURS])
SAMPLES = {"weekly": sample.weekly, "single": sample.single, "first": sample.first, "quiet": sample.quiet}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer([sample.OURS])


def same_as_golden(name: str, found: str) -> None:
    """Compare with the file; write a missing one and fail, so that somebody reads it."""
    path = GOLDENS / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, "utf-8")
        pytest.fail(f"{path} was missing and has been written: read it, then run this again")
    assert found == path.read_text("utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_people_read_what_the_goldens_say(renderer: Renderer, name: str) -> None:
    message = renderer.render(SAMPLES[name](), LINKS)
    same_as_golden(f"digest-{name}.txt", f"Subject: {message.subject}\n\n{message.text}")
    same_as_golden(f"digest-{name}.slack.json", json.dumps(message.slack, ensure_ascii=False, indent=1) + "\n")
    if name in ("single", "first"):
        same_as_golden(f"digest-{name}.html", message.html)


def test_every_template_is_used() -> None:
    loaded: set[str] = set()

    class Watching(jinja2.FileSystemLoader):
        def get_source(self, environment: jinja2.Environment, template: str) -> Any:
            loaded.add(template)
            return super().get_source(environment, template)

    watched = Renderer([sample.OURS])
    watched._templates.loader = Watching(str(sample.OURS))
    for make in SAMPLES.values():
        watched.render(make(), LINKS)
    ours = [*sample.OURS.glob("email/*.j2"), *sample.OURS.glob("_macros/entry.*.j2")]
    assert {path.relative_to(sample.OURS).as_posix() for path in ours} == loaded


def test_an_operator_overrides_one_template(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "digest.subject.j2").write_text("Clinic: {{ digest.subject }}\nand more")
    message = Renderer([tmp_path, sample.OURS]).render(sample.single(), LINKS)
    assert message.subject.startswith("Clinic: [District of Columbia]")
    assert message.subject.endswith("and more")
    assert "POSSESSION" not in message.text
    assert "Possession limit 2 oz → 8 oz" in message.text


def test_a_template_that_names_what_is_not_there_fails_loudly(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "digest.subject.j2").write_text("{{ digest.subjekt }}")
    with pytest.raises(jinja2.UndefinedError):
        Renderer([tmp_path, sample.OURS]).render(sample.single(), LINKS)


# ── Text ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_part_is_wrapped_and_has_its_links_in_full(renderer: Renderer, name: str) -> None:
    digest = SAMPLES[name]()
    text = renderer.render(digest, LINKS).text
    assert all(len(line) <= WIDTH or "https://" in line for line in text.splitlines())
    assert not any(a == b == "" for a, b in pairwise(text.splitlines()))
    for url in [side.url for entry in digest.entries for side in entry.proof]:
        assert url in text.split()
    assert text.index("Do not stop or change treatment") > text.index(digest.period)


@pytest.mark.parametrize(
    ("links", "said"),
    [
        (LINKS, "Unsubscribe with one click: https://rules.example.org/u/AbC?x=1&y=2"),
        (Links(reply_to="desk@example.org"), "To unsubscribe, reply to this message or write to desk@example.org."),
        (Links(), "tracker subscription remove sub-7f3a"),
    ],
)
def test_there_is_always_a_way_to_unsubscribe(renderer: Renderer, links: Links, said: str) -> None:
    message = renderer.render(sample.single(), links)
    assert said in message.text
    assert (links.unsubscribe.replace("&", "&amp;") or links.reply_to or "remove sub-7f3a") in message.html
    end = json.dumps(message.slack[-1]["blocks"][-1])
    assert (links.unsubscribe or links.reply_to or "remove sub-7f3a") in end


# ── HTML ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Outline(HTMLParser):
    """What a screen reader and a mail program see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_html_part_is_a_document_that_anybody_can_read(renderer: Renderer, name: str) -> None:
    page = renderer.render(SAMPLES[name](), LINKS).html
    outline = Outline(page)
    assert outline.named("html")[0]["lang"] == "en"
    assert not outline.named("img", "script", "link", "iframe", "form")
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
    for table in outline.named("table"):
        assert table.get("role") == "presentation" or table["class"] in ("facts", "standing")
    assert "@media (prefers-color-scheme: dark)" in page
    assert len(outline.named("style")) == 1
    assert all(body.get("style") for body in outline.named("body", "h1", "blockquote"))
    assert 'class="preheader" style="display: none' in page


def test_direction_and_change_are_words_not_only_colours(renderer: Renderer) -> None:
    page = renderer.render(sample.single(), LINKS).html
    assert "opens access" in page
    assert re.search(r">Before</th>.*?<del[^>]*>2 oz</del>", page)
    assert re.search(r">Now</th>.*?<ins[^>]*>8 oz</ins>", page)


def quoting(words: str) -> Digest:
    honest = sample.temporary_in_dc()
    assert honest.after is not None
    said = replace(honest.after.passage, quote=words, citation=words)
    change = replace(honest, after=replace(honest.after, passage=said, value=Text(text=words), id=""))
    found = compose([change], sample.subscription(Wish(("US-DC",))), sample.SINCE, sample.UNTIL, (), (), sample.words())
    assert found is not None
    return found


@given(st.text().map(lambda text: f"x{text}"))
def test_no_words_of_a_page_become_markup_a_line_or_a_block(words: str) -> None:
    plain, told = (RENDERER.render(quoting(given), LINKS) for given in ("x", words))
    assert [tag for tag, _ in Outline(told.html).tags] == [tag for tag, _ in Outline(plain.html).tags]
    assert not steering(told.subject)
    shapes = [[block["type"] for block in message.slack[0]["blocks"]] for message in (plain, told)]
    assert shapes[0] == shapes[1]
    assert slack_fits(told.slack)
    assert set(steering(told.text)) == {"\n"}


def steering(text: str) -> list[str]:
    return [character for character in text if unicodedata.category(character) in ("Cc", "Zl", "Zp")]


def many(count: int) -> Digest:
    kinds = [
        replace(change, key=replace(change.key, qualifier=f"scheme=s{number}"))
        for number in range(count // 8 + 1)
        for change in sample.everything()
    ][:count]
    found = compose(kinds, sample.subscription(sample.EVERYWHERE), sample.SINCE, sample.UNTIL, (), (), sample.words())
    assert found is not None
    return found


@pytest.mark.parametrize("count", [10, 40, 400])
def test_no_mail_is_cut_off_however_much_changed(renderer: Renderer, count: int) -> None:
    message = renderer.render(many(count), LINKS)
    assert len(message.html.encode()) <= HTML_LIMIT + 500
    assert "Unsubscribe" in message.html
    assert "Do not stop or change treatment" in message.html
    left_out = re.search(r"(\d+) more changes did not fit", " ".join(message.text.split()))
    told = len(re.findall(r'class="status"', message.html))
    assert told + int(left_out[1] if left_out else 0) == count


def test_a_first_message_about_everything_is_not_cut_off_either(renderer: Renderer) -> None:
    rules = [
        StandingRule(Status.IN_FORCE, replace(sample.DC_TWO, key=RuleKey("US-DC", topic, f"scheme=s{number}"), id=""))
        for topic in sample.words().topics
        for number in range(20)
    ]
    asked = sample.subscription(Wish(("US-DC",)), told_before=False)
    digest = compose([], asked, sample.SINCE, sample.UNTIL, (), rules, sample.words())
    assert digest is not None
    message = renderer.render(digest, LINKS)
    assert len(message.html.encode()) <= HTML_LIMIT + 500
    assert re.search(r"\d+ more rules did not fit", message.html)
    assert slack_fits(message.slack)


def test_what_one_subscriber_reads_is_not_what_another_reads(renderer: Renderer) -> None:
    one = renderer.render(replace(sample.single(), subscription="sub-1"), Links())
    two = renderer.render(replace(sample.single(), subscription="sub-2"), Links())
    leaving = renderer.render(sample.single(), replace(LINKS, unsubscribe='https://x.example/?a="b"&c=<d>'))
    assert ("sub-1" in one.text, "sub-2" in one.text) == (True, False)
    assert ("sub-2" in two.html, "sub-1" in two.html) == (True, False)
    assert 'href="https://x.example/?a=&quot;b&quot;&amp;c=&lt;d&gt;"' in leaving.html


# ── Slack ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def slack_fits(messages: tuple[dict[str, Any], ...]) -> bool:
    for message in messages:
        assert len(message["blocks"]) <= 50
        assert len(json.dumps(message["blocks"], ensure_ascii=False)) < 40_000
        total = 0
        for block in message["blocks"]:
            assert block["type"] in ("header", "rich_text", "divider")
            if block["type"] == "header":
                assert 1 <= len(block["text"]["text"]) <= 150
            for text in texts(block):
                assert 1 <= len(text) <= 3000
                total += len(text)
        assert total <= 12_000
    return True


def texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for key, value in node.items() if key != "style" for text in texts(value) if key != "url"]
    return [text for item in node for text in texts(item)] if isinstance(node, list) else []


@pytest.mark.parametrize("count", [1, 8, 60, 400])
def test_slack_takes_every_message(renderer: Renderer, count: int) -> None:
    messages = renderer.render(many(count), LINKS).slack
    assert slack_fits(messages)
    if len(messages) > 1:
        assert messages[1]["blocks"][0]["text"]["text"].endswith(f"(2 of {len(messages)})")
    assert "Unsubscribe" in json.dumps(messages[-1])
    assert json.loads(json.dumps(messages)) == list(messages)
