"""Sends one digest to one target through Apprise and says how it ended."""

from __future__ import annotations

from apprise import Apprise, AppriseAsset

from tracker.domain.subscription import Target
from tracker.errors import OperatorError
from tracker.notify.delivery import Delivery
from tracker.notify.email import DigestEmail
from tracker.notify.mime import build, sender_of
from tracker.notify.outcome import Outcome, State
from tracker.notify.render import Rendered
from tracker.notify.server import Server
from tracker.notify.slack import DigestSlack
from tracker.notify.targets import parse_email, parse_slack


def send(target: Target, message: Rendered, delivery: Delivery) -> Outcome:
    """Deliver once, without retrying; raises OperatorError for a wrong set-up and TargetRefused for a bad target."""
    # Each delivery has its own Apprise with one channel made from parts: no URL is ever built, so none can be injected.
    # Without a time limit of its own Apprise would stop waiting after a minute while the message still goes out.
    asset = AppriseAsset(async_mode=False, service_timeout=0, http_redirects=False)
    channel = _channel(target, message, delivery, asset)
    apprise = Apprise(asset=asset)
    apprise.add(channel)
    apprise.notify(title=message.subject, body=delivery.id)
    return channel.outcome or Outcome(State.UNKNOWN, None, "the channel ended without an outcome")


def _channel(target: Target, message: Rendered, delivery: Delivery, asset: AppriseAsset) -> DigestEmail | DigestSlack:
    if target.channel == "email":
        if not delivery.smtp_url:
            raise OperatorError("No mail server is set; set TRACKER_SMTP_URL to smtp://user:password@host:587.")
        recipient = parse_email(target.address).address
        mail = build(message, recipient, delivery)
        return DigestEmail(Server.parse(delivery.smtp_url), mail, sender_of(delivery).addr_spec, recipient, asset)
    if target.channel == "slack":
        webhook = parse_slack(target.address, delivery.allow_hosts).address
        return DigestSlack(webhook, message.slack, delivery.parts_sent, asset)
    raise OperatorError(f"Nothing here delivers to the channel {target.channel!r}.")
