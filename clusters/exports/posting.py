"""Sends a body to an address of the internet: the host is looked up once, and only what was checked is connected to."""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from typing import IO

from django.utils.translation import gettext as _

from clusters.exports.public_addresses import AddressRefused, check_public, read_address

CONNECT_SECONDS = 10
WAIT_SECONDS = 30  # for each piece that is sent or read
MOST_SECONDS = 300  # for all of it: who answers a byte at a time would keep the worker
TRIED = 3  # of the addresses that a name has
READ = 1_024  # bytes of the answer
PIECE = 65_536


class NotDelivered(Exception):
    """It did not arrive, or was not taken; the message says why. `status` is that of the answer, if there was one."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


def look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_kind, address in found))


@dataclass(frozen=True)
class Network:
    """How the world outside is reached. Tests reach a server of their own."""

    look_up: Callable[[str, int], list[str]] = look_up
    check: Callable[[str, list[str]], None] = check_public
    trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context
    most_seconds: float = MOST_SECONDS


INTERNET = Network()


def post(address: str, body: IO[bytes], headers: Mapping[str, str], *, network: Network = INTERNET) -> int:
    """The status of the answer, which took it. `headers` has the body's length. Raises AddressRefused, NotDelivered."""
    target = read_address(address)
    with _described(target.host):
        addresses = network.look_up(target.host, target.port)
        network.check(target.host, addresses)
        connection = _Pinned(target.host, target.port, addresses, network.trusted())
        with _ended_after(connection, network.most_seconds):
            connection.request("POST", target.path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            with suppress(OSError, http.client.HTTPException):  # the status has said all
                answer.read(READ)
    return _taken(answer.status)


class _Pinned(http.client.HTTPSConnection):
    """Connects to the addresses that were checked, and asks for a certificate of the host's name."""

    def __init__(self, host: str, port: int, addresses: list[str], trusted: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=WAIT_SECONDS, context=trusted, blocksize=PIECE)
        self._addresses, self._trusted = addresses[:TRIED], trusted
        self._wire: ssl.SSLSocket | None = None  # `sock` is let go before the answer is read

    def connect(self) -> None:
        plain = self._connected()
        plain.settimeout(WAIT_SECONDS)
        # Known before the handshake, so that the clock can end that too.
        self._wire = self.sock = self._trusted.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self._wire.do_handshake()

    def hang_up(self) -> None:
        if self._wire is not None:
            with suppress(OSError):  # it is over
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)

    def _connected(self) -> socket.socket:
        failure: OSError = OSError("no address")
        for address in self._addresses:
            try:
                return socket.create_connection((address, self.port), timeout=CONNECT_SECONDS)
            except OSError as error:
                failure = error
        raise failure


@contextmanager
def _ended_after(connection: _Pinned, seconds: float) -> Iterator[None]:
    """A time for the whole exchange: the socket's own begins anew with every byte."""
    clock = Timer(seconds, connection.hang_up)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
        connection.close()


@contextmanager
def _described(host: str) -> Iterator[None]:
    """What the network says, for people."""
    words = {"host": host}
    try:
        yield
    except AddressRefused:
        raise
    except socket.gaierror as error:
        raise NotDelivered(_("There is no server called %(host)s.") % words) from error
    except TimeoutError as error:
        raise NotDelivered(_("%(host)s did not answer in time.") % words) from error
    except ssl.SSLCertVerificationError as error:
        raise NotDelivered(_("%(host)s has no valid certificate for its name.") % words) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotDelivered(_("The connection to %(host)s failed or broke off.") % words) from error


def _taken(status: int) -> int:
    if 200 <= status < 300:  # what HTTP calls success
        return status
    if 300 <= status < 400:  # and what leads elsewhere
        raise NotDelivered(_("It answered %s, which leads elsewhere; that is not followed.") % status, status)
    raise NotDelivered(_("It answered %s.") % status, status)
