"""Clients that send half a request and then nothing, as many as
are asked for; also alone: `slow_clients.py PORT COUNT SECONDS`."""

import selectors
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

BODY = 10_000  # bytes that are announced, of which half is sent
KINDS = {
    "half a body": b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % BODY + b"x" * (BODY // 2),
    "half a chunk": b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n"
    + b"x" * (BODY // 2),
    "half a head": b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
    "nothing read": b"GET /static/css/tokens.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5,
}


@contextmanager
def half_sent(port: int, count: int, kinds: list[str]) -> Iterator[selectors.BaseSelector]:
    """`count` connections of the kinds in turn; whoever the server lets go can be replaced by `refill`."""
    with selectors.DefaultSelector() as watched, ExitStack() as stack:
        stack.callback(close_all, watched)
        for number in range(count):
            kind = kinds[number % len(kinds)]
            watched.register(opened(port, kind), selectors.EVENT_READ, kind)
        yield watched


def opened(port: int, kind: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(KINDS[kind])
    return client


def refill(watched: selectors.BaseSelector, port: int) -> int:
    """As an attacker would: a new connection for each that was closed. How many."""
    gone = [key for key, _events in watched.select(0) if key.data != "nothing read"]
    for key in gone:
        watched.unregister(key.fileobj)
        key.fileobj.close()
        watched.register(opened(port, key.data), selectors.EVENT_READ, key.data)
    return len(gone)


def close_all(watched: selectors.BaseSelector) -> None:
    for key in list(watched.get_map().values()):
        key.fileobj.close()


def slowest_answers(port: int, addresses: list[str], seconds: float, watched: selectors.BaseSelector) -> dict[str, float]:
    """The longest that each address took to answer, in seconds, while the others hold their connections."""
    slowest = dict.fromkeys(addresses, 0.0)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for address in addresses:
            slowest[address] = max(slowest[address], answer_seconds(port, address))
        refill(watched, port)
        time.sleep(0.1)
    return slowest


def answer_seconds(port: int, address: str) -> float:
    begun = time.monotonic()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", headers={"Host": "localhost"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        answer.read()
    return time.monotonic() - begun


if __name__ == "__main__":
    port, count, seconds = map(int, sys.argv[1:])
    with half_sent(port, count, list(KINDS)) as watched:
        print(slowest_answers(port, ["/healthz", "/sign-in/"], seconds, watched))  # noqa: T201  # what is asked for
