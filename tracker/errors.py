"""Every error the tracker expects; the class decides the consequence, nothing reads messages.

TrackerError
├── SourceError             the publisher's side                   -> the run is failed and tried again later
│   ├── Unreachable         transient: time-out, 5xx, DNS, TLS
│   ├── Refused             401, 403, 429, robots.txt              -> slow down, tell a person
│   └── Unexpected          reachable, but not what was declared   -> the run is held
├── ExtractionError         bytes that cannot be read as their format -> the run is held
├── DeclarationError        a YAML file is wrong; names file, line, field and fix
├── DeliveryError           one target failed                      -> the outbox tries again
│   └── DeliveryRefused     the target will never take it          -> not tried again
└── OperatorError           wrong use or wrong set-up              -> exit code 2 with one sentence
    ├── UnknownName         a jurisdiction, topic or source nobody knows; carries the nearest
    ├── ContentMissing      spiders/, schemas/ or templates/ cannot be found
    ├── DatabaseProblem     newer, locked, read-only, full or damaged
    ├── ArchiveProblem      bytes are missing or no longer match their hash
    └── TargetRefused       an address or webhook that must not be stored

A bug is not in this tree.
"""

from __future__ import annotations

from collections.abc import Sequence


class TrackerError(Exception):
    """Something the tracker expects to go wrong went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])


class SourceError(TrackerError):
    """The publisher did not give what was declared."""


class Unreachable(SourceError):
    """The publisher did not answer."""


class Refused(SourceError):
    """The publisher does not want to be asked like this."""


class Unexpected(SourceError):
    """The publisher answered with something other than the declared document."""


class ExtractionError(TrackerError):
    """The bytes cannot be read as the declared format."""


class DeclarationError(TrackerError):
    """A declaration is wrong."""


class DeliveryError(TrackerError):
    """A message was not taken; it may be taken later."""


class DeliveryRefused(DeliveryError):
    """A message was refused for good."""


class OperatorError(TrackerError):
    """The command or the set-up is wrong."""


class UnknownName(OperatorError):
    """A name that nothing here goes by; carries the nearest ones."""

    def __init__(self, kind: str, given: str, nearest: Sequence[str] = (), hint: str = "") -> None:
        self.kind, self.given, self.nearest = kind, given, tuple(nearest)
        guess = f" Did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        super().__init__(f"Unknown {kind} {given!r}.{guess}{' ' + hint if hint else ''}")


class ContentMissing(OperatorError):
    """A content folder cannot be found."""


class DatabaseProblem(OperatorError):
    """The database cannot be used as it is."""


class ArchiveProblem(OperatorError):
    """The archive lacks bytes it should hold, or holds others."""


class TargetRefused(OperatorError):
    """The target is malformed or leads to a private address."""
