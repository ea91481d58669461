"""A digest as an e-mail message with every header that a mail program or a server acts on."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from tracker.errors import OperatorError, TargetRefused
from tracker.notify.delivery import Delivery
from tracker.notify.render import Rendered
from tracker.notify.targets import parse_email

# Hardly ever folded: a long address behind List-Unsubscribe would otherwise arrive as an encoded word.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=900)


def build(message: Rendered, recipient: str, delivery: Delivery) -> EmailMessage:
    """The message for one recipient; the same delivery has the same Message-ID however often it is tried."""
    sender = sender_of(delivery)
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = message.subject
    mail["From"] = sender
    mail["To"] = recipient
    mail["Date"] = format_datetime(delivery.at)
    # A colon, as in a time of day, may not stand in a Message-ID.
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", delivery.id).strip(".")
    mail["Message-ID"] = f"<{name}@{sender.domain}>"
    if delivery.reply_to:
        mail["Reply-To"] = delivery.reply_to
    mail["List-Id"] = f"Medical-cannabis access rules <access-rules.{sender.domain}>"
    if delivery.unsubscribe_url:
        mail["List-Unsubscribe"] = f"<{delivery.unsubscribe_url}>"
        if delivery.unsubscribe_url.startswith("https://"):
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    elif delivery.reply_to:
        mail["List-Unsubscribe"] = f"<mailto:{delivery.reply_to}?subject={quote('unsubscribe ' + delivery.id)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Access-Rules-Key"] = delivery.id
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail


def sender_of(delivery: Delivery) -> Address:
    """Name and address of the sender; raises OperatorError."""
    name, address = parseaddr(delivery.sender)
    try:
        local, _, domain = parse_email(address).address.rpartition("@")
    except TargetRefused:
        raise OperatorError(
            "TRACKER_SENDER is no e-mail address; set it to something like 'Access rules <rules@clinic.example>'."
        ) from None
    return Address(" ".join(name.split()), local, domain)
