"""Subscribers and operators type addresses; nothing but an e-mail address, a Slack webhook or a mail server gets in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import OperatorError, TargetRefused
from tracker.notify.server import Server
from tracker.notify.targets import parse_email, parse_slack

HOOK = "https://hooks.slack.com/services/T01ABC/B02DEF/g3HiJkLmNoPqRs"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("reader@example.org", "reader@example.org"),
        ("  First.Last+law@Mail.Example.ORG ", "First.Last+law@mail.example.org"),
        ("o'hara@münchen.example", "o'hara@xn--mnchen-3ya.example"),
    ],
)
def test_addresses_are_kept_as_the_envelope_needs_them(given: str, kept: str) -> None:
    assert (parse_email(given).channel, parse_email(given).address) == ("email", kept)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "reader",
        "@example.org",
        "reader@",
        "reader@localhost",
        "reader@127.0.0.1",
        "reader@[127.0.0.1]",
        "reader@example.org, other@example.org",
        "Reader <reader@example.org>",
        "reader@example.org\r\nBcc: victim@example.org",
        "reader\u202e@example.org",
        "re..ader@example.org",
        ".reader@example.org",
        "a@b@example.org",
        '"quoted"@example.org',
        "reader@-example.org",
        "reader@exa mple.org",
        "reader@" + "x" * 64 + ".org",
        "x" * 65 + "@example.org",
        "mailto://example.org?pgppub=/etc/passwd",
        "lesér@example.org",
    ],
)
def test_what_is_no_plain_address_is_refused_in_one_sentence(given: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        parse_email(given)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_address_or_refused(text: str) -> None:
    try:
        address = parse_email(text).address
    except TargetRefused:
        return
    assert address.isascii()
    assert address.isprintable()
    assert address.count("@") == 1


def test_a_slack_webhook_is_taken() -> None:
    assert parse_slack(f" {HOOK}\n").address == HOOK
    assert parse_slack(HOOK.replace("slack.com", "slack-gov.com")).channel == "slack"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("", "no Slack webhook"),
        ("json://169.254.169.254/", "private address"),
        ("slack://T01ABC/B02DEF/x?template=file:///etc/passwd", "elsewhere"),
        ("http://10.0.0.1/services/T01ABC/B02DEF/secret", "private address"),
        ("http://[::1]/services/T01ABC/B02DEF/secret", "private address"),
        ("https://localhost/services/T01ABC/B02DEF/secret", "private address"),
        ("https://example.org/services/T01ABC/B02DEF/secret", "elsewhere"),
        ("https://hooks.slack.com.evil.example/services/T01ABC/B02DEF/secret", "elsewhere"),
        ("https://evil.example@hooks.slack.com/services/T01ABC/B02DEF/secret", "copy it whole"),
        ("https://hooks.slack.com@evil.example/services/T01ABC/B02DEF/secret", "copy it whole"),
        ("https://hooks.slack.com:22/services/T01ABC/B02DEF/secret", "no port"),
        ("http://hooks.slack.com/services/T01ABC/B02DEF/secret", "begins with https"),
        (HOOK + "/extra", "three parts"),
        (HOOK + "?x=1", "three parts"),
        (HOOK + "#x", "three parts"),
        (HOOK.replace("/services/", "/services/../"), "three parts"),
        (HOOK.replace("g3H", "g3\r\nHost: x"), "no Slack webhook"),
        ("https://hooks.slack.com:x/services/T01ABC/B02DEF/secret", "no web address"),
    ],
)
def test_everything_else_is_refused_with_the_reason(given: str, why: str) -> None:
    with pytest.raises(TargetRefused, match=why) as refused:
        parse_slack(given)
    assert "secret" not in str(refused.value)


def test_other_hosts_need_the_operators_leave_by_name() -> None:
    local = "http://127.0.0.1:8080/services/T01ABC/B02DEF/secret"
    assert parse_slack(local, ["127.0.0.1:8080"]).address == local
    assert parse_slack(local, ["127.0.0.1"]).address == local
    with pytest.raises(TargetRefused):
        parse_slack(local, ["127.0.0.2"])
    with pytest.raises(TargetRefused):
        parse_slack(local, ["127.0.0.1:9090"])


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 587, "starttls")),
        ("smtp://us%40er:p%3Ass@example.org:26?tls=starttls", Server("example.org", 26, "starttls", "us@er", "p:ss")),
        ("smtps://mail.example.org", Server("mail.example.org", 465, "ssl")),
        ("smtp://localhost:1025", Server("localhost", 1025, "insecure")),
        ("smtp://mail.example.org?tls=none", Server("mail.example.org", 25, "insecure")),
    ],
)
def test_a_mail_server_is_protected_unless_the_operator_says_otherwise(url: str, server: Server) -> None:
    assert Server.parse(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://user:hunter2@mail.example.org:x",
        "smtp://user:hunter2@mail.example.org?tls=maybe",
        "smtp://user:hunter2@mail.example.org?verify=no",
        "smtp://user:hunter2@mail.example.org/path",
        "smtp://user:hunter2@mail.example.org?tls",
    ],
)
def test_a_wrong_mail_server_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(OperatorError, match="TRACKER_SMTP_URL") as wrong:
        Server.parse(url)
    assert "hunter2" not in str(wrong.value)
    assert "hunter2" not in repr(Server("mail.example.org", 587, "starttls", "user", "hunter2"))
