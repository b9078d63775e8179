"""Which addresses an export may be sent to: https, of a public network, without a name or password in them."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

LONGEST = 500
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # of version 6; what translates or tunnels to version 4 is elsewhere, or below
HTTPS_PORT = 443


class AddressRefused(ValueError):
    """An address that nothing is sent to; the message says why."""


@dataclass(frozen=True)
class Target:
    """Where to connect, and what to ask for there."""

    host: str
    port: int
    path: str


def read_address(text: str) -> Target:
    """Raises AddressRefused. Which network the host belongs to is known only when it is looked up; of numbers, here."""
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or set(text) & set(" \\"):
        raise AddressRefused(_("An address has at most %s characters, without blanks or accents.") % LONGEST)
    parts, port = _split(text)
    if parts.scheme != "https" or not parts.hostname:
        raise AddressRefused(_("The address begins with https:// and the name of a server."))
    if "@" in parts.netloc:
        raise AddressRefused(_("The address may hold no name or password: the signature says who sends."))
    if parts.fragment:
        raise AddressRefused(_("What follows a # would not be sent: leave it out."))
    _check_host(parts.hostname)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Target(parts.hostname, HTTPS_PORT if port is None else port, path)


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        return parts, parts.port
    except ValueError:
        raise AddressRefused(_("This is no address.")) from None


def _check_host(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if not HOST.fullmatch(host) or ".." in host:
            raise AddressRefused(_("“%s” is no name of a server.") % host[:100]) from None
    else:
        check_public(host, [host])


def check_public(host: str, addresses: list[str]) -> None:
    """All of them: who answers for a name could add a public one to a private one. Raises AddressRefused."""
    if not all(map(is_public, addresses)):
        raise AddressRefused(_("%s belongs to a private network, and nothing is sent there.") % host)


def is_public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # with the name of a network interface behind it, say
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip not in GLOBAL_UNICAST or ip.sixtofour or ip.teredo):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
