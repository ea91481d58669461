"""Where the crawl may connect to: public addresses, and private ones that the operator named."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from typing import Any, Self
from urllib.parse import ParseResult

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingHostnameResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from tracker.crawl.items import NoDocument
from tracker.domain.capture import Outcome

_PORTS = {"http": 80, "https": 443}
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an address belongs to the public Internet, also when an IPv4 address hides in an IPv6 one."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped or parsed.teredo:
            return False
        if parsed in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
        if parsed.sixtofour:
            return is_public(str(parsed.sixtofour))
        return parsed in _UNICAST and parsed.is_global
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved)


def literal_address(host: str) -> str | None:
    """The address that a host is in itself, also in the forms of old (`0x7f.1`, `2130706433`); None for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host[:1].isdigit() else None
    except OSError:
        return None


class AllowedHosts:
    """The hosts that the operator lets us reach whatever their address is."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = {host.lower() for host in hosts}

    def covers(self, host: str, port: int) -> bool:
        """Whether the host is named, for every port or for this one."""
        written = f"[{host}]" if ":" in host else host
        return not self._hosts.isdisjoint({host, written, f"{written}:{port}"})


class EgressMiddleware:
    """Refuses every request, also a redirected one, that must not leave the machine."""

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(AllowedHosts(crawler.settings.getlist("TRACKER_ALLOW_HOSTS")))

    def process_request(self, request: Request) -> None:
        parts = urlparse_cached(request)
        host, port = parts.hostname, _port(parts)
        if parts.scheme not in _PORTS:
            raise _refusal(f"{parts.scheme}: is neither http nor https")
        if not host or not port or "@" in parts.netloc or not _can_be_resolved(host):
            raise _refusal("the address has an impossible host or port, or a password")
        address = literal_address(host)
        if address and not is_public(address) and not self._allowed.covers(host, port):
            raise _refusal(f"{host} is a private address; the operator can allow it by name")

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, CannotResolveHostError):
            return
        from twisted.internet import reactor

        host = urlparse_cached(request).hostname or ""
        resolver = getattr(reactor, "nameResolver", None)
        if isinstance(resolver, GuardedResolver) and host in resolver.refused:
            raise _refusal(
                f"{host} leads to the private address {resolver.refused[host]}; the operator can allow it by name"
            )


class GuardedResolver(CachingHostnameResolver):
    """Resolves no name that leads to a private address, so that none can be exchanged after it was checked."""

    def __init__(self, reactor: ReactorBase, cache_size: int, allowed: AllowedHosts) -> None:
        super().__init__(reactor, cache_size)
        self._allowed = allowed
        self.refused: dict[str, str] = {}
        """The private address behind a name, by name."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), AllowedHosts(settings.getlist("TRACKER_ALLOW_HOSTS")))

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        if not self._allowed.covers(hostName.lower(), portNumber):
            resolutionReceiver = _PublicOnly(resolutionReceiver, hostName.lower(), self.refused)
        return super().resolveHostName(resolutionReceiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes the addresses of a name on once all are known, and none of them if one is private."""

    def __init__(self, receiver: Any, name: str, refused: dict[str, str]) -> None:
        self._receiver, self._name, self._refused = receiver, name, refused
        self._addresses: list[IAddress] = []

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:
        self._addresses.append(address)

    def resolutionComplete(self) -> None:
        private = [address.host for address in self._addresses if not is_public(address.host)]
        if private:
            self._refused[self._name] = private[0]
        for address in self._addresses if not private else ():
            self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


def _can_be_resolved(host: str) -> bool:
    """Twisted's resolver waits for ever for a name that cannot be encoded."""
    try:
        return bool(host.encode("idna"))
    except UnicodeError:
        return False


def _port(parts: ParseResult) -> int | None:
    try:
        return parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None


def _refusal(reason: str) -> NoDocument:
    return NoDocument(Outcome.UNREACHABLE, f"not allowed: {reason}")
