"""Addresses at rest: encrypted, and recognised again without being read."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracker.domain.subscription import Target
from tracker.errors import OperatorError

_SHORTEST = 16


class Keys:
    """What TRACKER_SECRET_KEY unlocks: the first secret encrypts, the others only still decrypt."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or any(len(secret) < _SHORTEST for secret in secrets):
            raise OperatorError(f"TRACKER_SECRET_KEY needs at least {_SHORTEST} random characters.")
        self._fernet = MultiFernet([Fernet(urlsafe_b64encode(_derive(secret, b"targets"))) for secret in secrets])
        self._marks = [_derive(secret, b"target hashes") for secret in secrets]

    def encrypt(self, target: Target) -> bytes:
        """The address for storage."""
        return self._fernet.encrypt(target.address.encode())

    def decrypt(self, channel: str, stored: bytes) -> Target:
        """The target again; raises OperatorError where none of the secrets fits."""
        try:
            return Target(channel, self._fernet.decrypt(stored).decode())
        except InvalidToken as error:
            raise OperatorError(
                "A subscriber's address was encrypted with another TRACKER_SECRET_KEY; add the old one after the new."
            ) from error

    def hash(self, target: Target) -> str:
        """Names the target for whoever has the secret, and nobody else."""
        return self.hashes(target)[0]

    def hashes(self, target: Target) -> tuple[str, ...]:
        """The names that the target may be stored under, from before a secret was replaced."""
        # No mail server in use tells two addresses apart by case; a webhook's path is another matter.
        address = target.address.lower() if target.channel == "email" else target.address
        named = f"{target.channel}\0{address}".encode()
        return tuple(hmac.digest(mark, named, "sha256").hex() for mark in self._marks)


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"access-rules-tracker " + purpose).derive(
        secret.encode()
    )
