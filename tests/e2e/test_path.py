"""From a page on a server to a message in a mailbox, through the command line alone."""

from __future__ import annotations

import json
from email.message import EmailMessage

from tests.e2e.conftest import Site, Tracker


def test_a_real_change_reaches_the_mailbox_once(
    site: Site, tracker: Tracker, inbox: tuple[list[EmailMessage], str]
) -> None:
    messages, smtp = inbox
    assert tracker("crawl", "CA").startswith("ca/rules: changed, 2 rules read for the first time")
    host = site.base.removeprefix("http://")
    slack = f"{site.base}/services/T000/B000/XXXX"
    tracker(
        *("subscription", "add", "--email", "ward@example.org", "--jurisdiction", "Canada"),
        *("--severity", "minor", "--cadence", "at-once", "--confirmed-by", "M. Keller"),
    )
    tracker(
        *("subscription", "add", "--slack", slack, "--jurisdiction", "CA", "--severity", "minor"),
        *("--cadence", "at-once", "--confirmed-by", "M. Keller"),
        TRACKER_ALLOW_HOSTS=host,
    )
    tracker("digest", "send", TRACKER_SMTP_URL=smtp)
    assert len(messages) == 1
    assert len(site.posted) == 1
    assert "Where things stand" in messages[0]["Subject"]
    assert not tracker("digest", "send", TRACKER_SMTP_URL=smtp).count("sent:")

    site.law(grams=60, effective="1 February 2026")
    line = tracker("crawl", "CA")
    assert "30 g → 60 g" in line
    tracker("digest", "send", TRACKER_SMTP_URL=smtp)
    assert len(messages) == 2
    assert len(site.posted) == 2
    message = messages[1]
    assert message["To"] == "ward@example.org"
    assert message["Message-ID"].startswith("<")
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert "60 g" in body
        assert "60 grams" in body, "the words of the law are quoted"
        assert "section 1" in body
        assert "1 February 2026" in body
    assert "60 g" in json.dumps(json.loads(site.posted[1]), ensure_ascii=False)
    tracker("crawl", "CA")
    tracker("digest", "send", TRACKER_SMTP_URL=smtp)
    assert len(messages) == 2, "nothing twice"


def test_without_a_mail_server_digests_become_files_and_the_setting_is_named(tracker: Tracker) -> None:
    tracker("crawl", "CA")
    tracker("subscription", "add", "--email", "ward@example.org", "--jurisdiction", "CA", "--confirmed-by", "M. Keller")
    done = tracker.run("digest", "send")
    assert done.returncode == 0
    assert "TRACKER_SMTP_URL" in done.stderr
    assert {path.suffix for path in (tracker.home / "outbox").iterdir()} >= {".eml", ".html", ".txt", ".json"}


def test_a_page_that_breaks_changes_no_rule_and_recovers_by_itself(site: Site, tracker: Tracker) -> None:
    tracker("crawl", "CA")
    before = json.loads(tracker("rules", "CA", "--format", "json"))["rules"]

    site.statuses["/rules.html"] = 503
    assert "503" in tracker("crawl", "CA", code=1)
    site.statuses.clear()
    for rubbish in (
        b"<html><head><title>Page not found</title></head><body><h1>404</h1></body></html>",
        b"",
        b"\x00\x01rubbish",
        site.pages["/rules.html"][:300],
    ):
        site.pages["/rules.html"] = rubbish
        assert tracker("crawl", "CA", code=1).startswith("ca/rules: held")
    del site.pages["/rules.html"]
    assert tracker("crawl", "CA", code=1).startswith("ca/rules: ")

    answer = json.loads(tracker("rules", "CA", "--format", "json"))["rules"]
    assert [rule["display"] for rule in answer] == [rule["display"] for rule in before]
    assert json.loads(tracker("changes", "--format", "json")) == []
    site.law()
    assert tracker("crawl", "CA") == "ca/rules: unchanged\n"


def test_edits_get_the_right_answer(site: Site, tracker: Tracker) -> None:
    tracker("crawl", "CA")
    site.law(conditions=("epilepsy", "chronic pain", "fibromyalgia"))
    assert "added Fibromyalgia" in tracker("crawl", "CA")

    site.law(conditions=("epilepsy", "chronic pain", "fibromyalgia", "a wholly new ailment"))
    held = tracker("crawl", "CA", code=1)
    assert "held" in held
    assert "a wholly new ailment" in held

    site.law(conditions=("epilepsy", "chronic pain", "fibromyalgia"), grams=15)
    assert "waits for a person" in tracker("crawl", "CA"), "a critical restriction is shown, its announcement waits"
    change = json.loads(tracker("review", "list", "--format", "json"))[0]
    assert change["kind"] == "critical"
    tracker("review", "accept", change["id"], "--by", "M. Keller", "--reason", "read the page")
    assert json.loads(tracker("changes", "--format", "json"))[-1]["review"] == "accepted"

    site.pages["/rules.html"] = (
        site.pages["/rules.html"].replace(b"today", b"tomorrow").replace(b"15 grams", b"fifteen (15)  grams")
    )
    assert tracker("crawl", "CA").startswith("ca/rules: unchanged")


def test_a_rehearsal_writes_nothing(site: Site, tracker: Tracker) -> None:
    assert "2 rules read" in tracker("crawl", "CA", "--dry-run")
    assert json.loads(tracker("rules", "CA", "--format", "json"))["rules"] == []
    assert not list((tracker.home / "archive").glob("*/*/*"))


def test_a_wrong_mail_set_up_loses_no_digest(
    site: Site, tracker: Tracker, inbox: tuple[list[EmailMessage], str]
) -> None:
    messages, smtp = inbox
    tracker("crawl", "CA")
    tracker("subscription", "add", "--email", "ward@example.org", "--jurisdiction", "CA", "--confirmed-by", "M. Keller")
    for wrong in ({"TRACKER_SMTP_URL": "nonsense"}, {"TRACKER_SMTP_URL": smtp, "TRACKER_SENDER": "nobody"}):
        done = tracker.run("digest", "send", **wrong)
        assert done.returncode == 2
        assert "TRACKER_S" in done.stderr
    assert "sent:" in tracker("digest", "send", TRACKER_SMTP_URL=smtp)
    assert len(messages) == 1


def test_the_repair_of_a_redesigned_page_is_believed_at_once(site: Site, tracker: Tracker) -> None:
    tracker("crawl", "CA")
    site.pages["/rules.html"] = (
        site.pages["/rules.html"].replace(b"<main>", b'<div id="law">').replace(b"</main>", b"</div>")
    )
    assert "held" in tracker("crawl", "CA", code=1)
    declaration = tracker.home / "spiders" / "ca" / "rules.yml"
    declaration.write_text(declaration.read_text("utf-8").replace("content: main", 'content: "#law"'), "utf-8")
    assert tracker("crawl", "CA", "--dry-run").startswith("ca/rules: unchanged")
    assert tracker("crawl", "CA").startswith("ca/rules: unchanged")
