"""Where a subscriber may send digests: an e-mail address or a Slack incoming webhook, never a raw notification URL."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tracker.domain.subscription import Target
from tracker.errors import TargetRefused

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_HOOK = re.compile(r"/services/[A-Za-z0-9]{3,32}/[A-Za-z0-9]{3,32}/[A-Za-z0-9]{3,64}")
_SLACK = ("hooks.slack.com", "hooks.slack-gov.com")


def parse_email(text: str) -> Target:
    """The address as it will be written on the envelope; raises TargetRefused."""
    given = text.strip()
    if any(character.isspace() or not character.isprintable() for character in given) or set(given) & set('<>,;()"'):
        raise TargetRefused("Write the e-mail address alone, without a name, brackets or blanks: name@example.org.")
    local, at, domain = given.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        raise TargetRefused("That is no e-mail address; write it like name@example.org.")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise TargetRefused("The part after the @ is no name of a mail domain.") from None
    labels = host.split(".")
    if (
        len(labels) < 2
        or len(host) > 253
        or not all(_LABEL.fullmatch(label) for label in labels)
        or labels[-1].isdigit()
    ):
        raise TargetRefused("The part after the @ must be a public mail domain such as example.org.")
    return Target("email", f"{local}@{host}")


def parse_slack(text: str, allow_hosts: Collection[str] = ()) -> Target:
    """The incoming webhook; hosts other than Slack's need the operator's leave by name; raises TargetRefused."""
    given = text.strip()
    parts, host = _split(given)
    allowed = parts.netloc.lower() in allow_hosts or host in allow_hosts
    if host not in _SLACK and not allowed:
        private = " to a private address" if _is_private(host) else ""
        raise TargetRefused(
            f"A Slack webhook begins with https://hooks.slack.com/services/; this one leads{private} elsewhere."
        )
    if parts.scheme != "https" and not (allowed and parts.scheme == "http"):
        raise TargetRefused("A Slack webhook begins with https://.")
    if not allowed and (parts.netloc.lower() != host):
        raise TargetRefused("A Slack webhook has no port, user name or password.")
    if not _HOOK.fullmatch(parts.path) or parts.query or parts.fragment:
        raise TargetRefused("A Slack webhook ends in /services/T…/B…/… with three parts and nothing after them.")
    return Target("slack", f"{parts.scheme}://{parts.netloc.lower()}{parts.path}")


def _split(given: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(given)
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError:
        raise TargetRefused("That is no web address.") from None
    if not host or not given.isascii() or not given.isprintable() or " " in given or "@" in parts.netloc:
        raise TargetRefused("That is no Slack webhook; copy it whole from Slack: https://hooks.slack.com/services/….")
    return parts, host


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
