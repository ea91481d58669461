"""Our own Apprise channel for e-mail: it sends our message as it is and says for each recipient how it ended."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import Any

from apprise import AppriseAsset
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.email.smtp import AppriseSMTPController

from tracker.domain.entry import one_line
from tracker.notify.outcome import Outcome, State
from tracker.notify.server import Server


class DigestEmail(NotifyEmail):  # type: ignore[no-untyped-call]  # Apprise is typed in part
    """Hands one finished message to the mail server for one recipient."""

    service_name = "Digest e-mail"
    protocol = "digestmail"
    secure_protocol = "digestmails"
    request_rate_per_sec = 0  # one instance sends once; the outbox paces deliveries

    def __init__(self, server: Server, message: EmailMessage, sender: str, recipient: str, asset: AppriseAsset) -> None:
        # User name and password stay here: what Apprise does not know, it cannot write into its log.
        super().__init__(  # type: ignore[no-untyped-call]
            host=server.host,
            smtp_host=server.host,
            port=server.port,
            secure_mode=server.security,
            from_addr=sender,
            targets=[recipient],
            asset=asset,
        )
        self.server, self.message, self.sender, self.recipient = server, message, sender, recipient
        self.outcome: Outcome | None = None

    def send(self, *_: Any, **__: Any) -> bool:
        """Send the message that was given to the constructor; what Apprise passes along is only for its log."""
        self.outcome = self._submit()
        return self.outcome.state is State.SENT

    def _submit(self) -> Outcome:
        server = self.server
        try:
            with AppriseSMTPController(
                server.host,
                server.port,
                server.security,
                server.user,
                server.password,
                socket_connect_timeout=self.socket_connect_timeout,
            ) as controller:
                connection: Any = controller._socket
                return self._transact(connection)
        except smtplib.SMTPAuthenticationError as error:
            return Outcome(State.TRANSIENT, error.smtp_code, f"{self.server} refused our user name and password")
        except smtplib.SMTPNotSupportedError:
            return Outcome(State.TRANSIENT, None, f"{self.server} offers no STARTTLS or no login; see TRACKER_SMTP_URL")
        except smtplib.SMTPResponseException as error:
            return Outcome(State.TRANSIENT, error.smtp_code, f"{self.server} said: {self._said(error.smtp_error)}")
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(State.TRANSIENT, None, f"{self.server} cannot be reached ({type(error).__name__})")

    def _transact(self, smtp: smtplib.SMTP) -> Outcome:
        """One mail transaction, step by step: only what the server says of this recipient or message is final."""
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(self.sender)
        if code != 250:
            return Outcome(State.TRANSIENT, code, f"{self.server} takes no mail from us: {self._said(said)}")
        code, said = smtp.rcpt(self.recipient)
        if code not in (250, 251):
            return self._refused(code, said)
        try:
            code, said = smtp.data(self.message.as_bytes())
        except smtplib.SMTPDataError as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPServerDisconnected):
            return Outcome(State.UNKNOWN, None, f"{self.server} went away before it confirmed the message")
        return Outcome(State.SENT, code) if code == 250 else self._refused(code, said)

    def _refused(self, code: int, said: bytes | str) -> Outcome:
        state = State.PERMANENT if 500 <= code < 600 else State.TRANSIENT
        return Outcome(state, code, f"{self.server} said: {self._said(said)}")

    def _said(self, said: bytes | str) -> str:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return one_line(text.replace(self.recipient, "the recipient"), 200)
