"""Digests: compose what is due, keep it with its deliveries in one transaction, and hand it over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from tracker.content import folders
from tracker.domain import timeline
from tracker.domain.change import Change, Review
from tracker.domain.digest import Digest, SourceCoverage, StandingRule, compose
from tracker.domain.netting import net
from tracker.domain.rule import Status
from tracker.domain.schedule import next_due, period_key
from tracker.domain.subscription import Subscription, Target, Timing, Wish
from tracker.errors import OperatorError
from tracker.notify import files
from tracker.notify.deliver import send
from tracker.notify.delivery import Delivery as Attempt
from tracker.notify.mime import sender_of
from tracker.notify.outcome import Outcome, State
from tracker.notify.render import Links, Rendered, Renderer
from tracker.notify.server import Server
from tracker.services.subscriptions import keys
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import captures as runs
from tracker.store import outbox, queries, subscriptions
from tracker.store.changes import ChangeFilter
from tracker.store.changes import changes as recorded_changes
from tracker.store.database import Connection
from tracker.store.rules import sightings

_LEASE = timedelta(minutes=10)
_AT_A_TIME = 10
"""Deliveries claimed together: few enough to be handed over well within their lease."""
_RETRY = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(hours=24))


@dataclass(frozen=True)
class Sent:
    """How one delivery ended."""

    to: str
    subject: str
    outcome: Outcome
    folder: str = ""
    """Where it was written, when no mail server is set."""


class Composer:
    """Composes and renders digests of one installation."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.patience = timedelta(hours=workspace.settings.unverified_after_hours)

    @cached_property
    def renderer(self) -> Renderer:
        """The templates, the operator's own first."""
        return Renderer(folders("templates"))

    @property
    def links(self) -> Links:
        """Where messages lead besides the official texts."""
        return Links(reply_to=self.workspace.settings.reply_to, home=self.workspace.settings.base_url)

    def compose(
        self, conn: Connection, subscription: Subscription, since: datetime, until: datetime, changes: Sequence[Change]
    ) -> Digest | None:
        """What a subscription is told of these changes, or None."""
        standing = self._standing(conn, subscription.wish, until) if subscription.covered_until is None else []
        return compose(
            changes,
            subscription,
            since,
            until,
            self._coverage(conn),
            standing,
            self.workspace.words,
            self.patience,
        )

    def render(self, digest: Digest) -> Rendered:
        """A digest ready for any channel."""
        return self.renderer.render(digest, self.links)

    def _coverage(self, conn: Connection) -> list[SourceCoverage]:
        states = {state.id: state for state in runs.sources(conn)}
        found = []
        for source in self.workspace.declarations.sources.values():
            state = states.get(source.id)
            trouble = state.reason if state and state.outcome and not state.outcome.well else ""
            read_at = state.last_ok_at if state else None
            found.append(SourceCoverage(source.id, source.title, source.jurisdiction, read_at, trouble))
        return found

    def _standing(self, conn: Connection, wish: Wish, until: datetime) -> list[StandingRule]:
        places = _places(self.workspace, wish)
        versions = queries.deciding(conn, places, until.date())
        seen_by = sightings(conn, {version.key for version in versions})
        standing = []
        for key, own in timeline.by_rule(versions).items():
            answer = timeline.as_of(own, until.date())
            if answer is None or answer.status is Status.REPEALED:
                continue
            seen = seen_by.get(key, {}).values()
            confirmed = max((s.confirmed_at for s in seen if s.value == answer.version.value), default=None)
            standing.append(StandingRule(answer.status, answer.version, confirmed))
        return standing


def preview(
    workspace: Workspace, wish: Wish, since: datetime, until: datetime, id_: str = "preview"
) -> tuple[Digest, Rendered]:
    """What a subscriber with a wish would get for a period; nothing is stored."""
    composer = Composer(workspace)
    nobody = Subscription(
        id_,
        Target("email", "reader@example.org"),
        replace(wish, even_when_quiet=True),
        Timing(),
        since,
        covered_until=since,
    )
    with workspace.database.read() as conn:
        wanted = ChangeFilter(jurisdictions=_places(workspace, wish), since=since, until=until)
        found = net([each.change for each in recorded_changes(conn, wanted)], workspace.words)
        digest = composer.compose(conn, nobody, since, until, [step.change for step in found])
    assert digest is not None
    return digest, composer.render(digest)


def compose_due(workspace: Workspace, now: datetime) -> int:
    """Compose every digest that is due; digest, what it announces, and its delivery are kept together or not at all."""
    composer = Composer(workspace)
    with workspace.database.write() as conn:
        due = subscriptions.claim_due(conn, now, _LEASE)
    for each in due:
        with workspace.database.write() as conn:
            content = _content(composer, conn, each, now)
            if content is not None:
                outbox.save_digests(conn, [content], now, message_host=message_host(workspace))
            done = subscriptions.Composed(each.id, now, next_due(each.timing, now))
            subscriptions.composed(conn, [done])
    return len(due)


def _content(
    composer: Composer, conn: Connection, due: subscriptions.DueSubscription, now: datetime
) -> outbox.DigestContent | None:
    since = due.covered_until or due.created_at
    # A critical change becomes tellable when a person decides or its time is up, long after it was observed.
    touched = since - composer.patience
    wanted = ChangeFilter(jurisdictions=_places(composer.workspace, due.wish), touched_since=touched)
    found = [each.change for each in recorded_changes(conn, wanted)]
    fresh = outbox.unannounced(conn, due.id, [change.id for change in found])
    warned = {change.id for change in found} - outbox.unannounced(
        conn, due.id, [change.id for change in found], unverified=True
    )
    steps = net([c for c in found if c.id in fresh], composer.workspace.words)
    untold = [step.change for step in steps if not (step.change.review is Review.WAITING and warned & set(step.ids))]
    of = {step.change.id: step.ids for step in steps}
    reader = Subscription(
        due.id, Target(due.channel, ""), due.wish, due.timing, due.created_at, covered_until=due.covered_until
    )
    digest = composer.compose(conn, reader, since, now, untold)
    if digest is None:
        return None
    rendered = composer.render(digest)
    return outbox.DigestContent(
        subscription_id=due.id,
        period_key=period_key(due.timing, due.next_due_at),
        since=since,
        until=now,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        slack_json=json.dumps(rendered.slack, ensure_ascii=False) if due.channel == "slack" else None,
        change_ids=tuple(id_ for entry in digest.entries if not entry.unverified for id_ in of[entry.change]),
        unverified_ids=tuple(id_ for entry in digest.entries if entry.unverified for id_ in of[entry.change]),
    )


def deliver_due(workspace: Workspace, now: datetime) -> list[Sent]:
    """Hand over what is composed and due; each outcome is recorded before the next attempt."""
    done: list[Sent] = []
    secret = keys(workspace)
    check(workspace.settings)
    while True:
        with workspace.database.write() as conn:
            claimed = outbox.claim_deliveries(conn, secret, now, _LEASE, limit=_AT_A_TIME)
        if not claimed:
            return done
        for delivery in claimed:
            sent = _hand_over(workspace, delivery, now)
            done.append(sent)
            now = max(now, datetime.now(UTC))
            with workspace.database.write() as conn:
                _record(conn, delivery, sent.outcome, now)


def check(settings: Settings) -> None:
    """Refuse a mail set-up that cannot work before anything is claimed; raises OperatorError."""
    if settings.smtp_url:
        Server.parse(settings.smtp_url)
        sender_of(Attempt("check", datetime.now(UTC), settings.sender))


def _hand_over(workspace: Workspace, delivery: outbox.Delivery, now: datetime) -> Sent:
    settings = workspace.settings
    slack = tuple(json.loads(delivery.slack_json)) if delivery.slack_json else ()
    message = Rendered(delivery.subject, delivery.text, delivery.html, slack)
    attempt = Attempt(
        id=delivery.message_id.strip("<>"),
        at=now,
        sender=settings.sender,
        reply_to=settings.reply_to,
        smtp_url=settings.smtp_url,
        allow_hosts=settings.allow_hosts,
    )
    if delivery.target.channel == "email" and not settings.smtp_url:
        files.write(settings.outbox, delivery.id, message, attempt, delivery.target.address)
        return Sent(delivery.target.masked(), delivery.subject, Outcome(State.SENT), str(settings.outbox))
    try:
        outcome = send(delivery.target, message, attempt)
    except OperatorError as error:  # our set-up, not the target: the message waits until it is right
        outcome = Outcome(State.TRANSIENT, detail=str(error))
    return Sent(delivery.target.masked(), delivery.subject, outcome)


def _record(conn: Connection, delivery: outbox.Delivery, outcome: Outcome, now: datetime) -> None:
    match outcome.state:
        case State.SENT:
            outbox.mark_sent(conn, delivery, now)
        case State.PERMANENT:
            outbox.mark_failed(conn, delivery, outcome.detail, None)
        case State.TRANSIENT:
            outbox.mark_failed(conn, delivery, outcome.detail, _next_try(delivery.attempts, outcome.retry_after, now))
        case State.UNKNOWN:
            outbox.mark_unknown(conn, delivery, outcome.detail, now)


def _next_try(attempts: int, asked: int | None, now: datetime) -> datetime | None:
    """Later and later, never before the other side asked for, and not for ever."""
    if attempts > len(_RETRY):
        return None
    return now + max(_RETRY[attempts - 1], timedelta(seconds=asked or 0))


def message_host(workspace: Workspace) -> str:
    """The right side of Message-IDs."""
    return urlsplit(workspace.settings.base_url).hostname or "tracker.localhost"


def _places(workspace: Workspace, wish: Wish) -> list[str]:
    """The jurisdictions of a wish, with those below them where they are wanted."""
    if not wish.with_children:
        return list(wish.jurisdictions)
    words = workspace.words
    below = [
        code for code in words.jurisdictions if set(words.ancestors_of_jurisdiction(code)) & set(wish.jurisdictions)
    ]
    return list(dict.fromkeys([*wish.jurisdictions, *below]))
