"""A request gets a thread when all of it is here, and its answer waits for the client without one."""

import asyncio
import threading
import time

import pytest

from crm.web import request_body, response_buffer, wsgi_bridge
from crm.web.wsgi_bridge import THREADS, WsgiBridge
from tests.web.client import SlowClient


def echo(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Answer([environ["CONTENT_LENGTH"].encode() + b" " + body])


class Answer(list):
    """As Django's responses, it is closed."""

    was_closed = False

    def close(self):
        self.was_closed = True


def together(*clients, application=echo):
    async def run():
        site = WsgiBridge(application)
        return await asyncio.gather(*(client.ask(site) for client in clients))

    return asyncio.run(run())


def test_body_comes_whole_however_it_was_cut():
    (client,) = together(SlowClient([b"a" * 40_000, b"", b"b"]))

    assert (client.status, client.body, client.is_answered) == (200, b"40001 " + b"a" * 40_000 + b"b", True)


def test_clients_that_stop_halfway_hold_no_thread(monkeypatch):
    monkeypatch.setattr(request_body, "IDLE_SECONDS", 2)
    halves = [SlowClient([b"half"], is_whole=False) for _ in range(10 * THREADS)]
    statuses = []

    async def ask(client, site):
        statuses.append((await client.ask(site)).status)

    async def run():
        site = WsgiBridge(echo)
        await asyncio.gather(*(ask(client, site) for client in [*halves, SlowClient([b"whole"])]))

    asyncio.run(run())

    assert statuses == [200, *[408] * len(halves)]


def test_a_trickle_of_a_small_body_ends(monkeypatch):
    monkeypatch.setattr(request_body, "QUICK_SECONDS", 0.2)

    async def trickle():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    client = SlowClient()
    client.receive = trickle
    begun = time.monotonic()
    together(client)

    assert client.status == 408
    assert time.monotonic() - begun < 2


def test_client_that_goes_while_it_sends_is_forgotten():
    asked = []
    (client,) = together(SlowClient([b"half"], is_whole=False, leaves=True), application=lambda *words: asked.append(words))

    assert (client.answers, asked) == ([], [])


def test_answer_that_nobody_reads_holds_no_thread():
    """The thread is through long before the client takes the first piece."""
    made, sizes = threading.Event(), 40

    def large(_environ, start_response):
        def pieces():
            for _ in range(sizes):
                yield b"x" * response_buffer.PIECE
            made.set()

        start_response("200 OK", [])
        return pieces()

    client = SlowClient()

    async def send(message):
        await asyncio.to_thread(made.wait, 5)
        client.answers.append(message)

    client.send = send
    together(client, application=large)

    assert made.is_set()
    assert (len(client.body), client.is_answered) == (sizes * response_buffer.PIECE, True)


def test_pieces_go_out_while_the_next_are_made():
    first_is_out = threading.Event()

    def streamed(_environ, start_response):
        def pieces():
            yield b"first"
            assert first_is_out.wait(5)
            yield b"second"

        start_response("200 OK", [])
        return pieces()

    client = SlowClient()

    async def send(message):
        client.answers.append(message)
        if message.get("body") == b"first":
            first_is_out.set()

    client.send = send
    together(client, application=streamed)

    assert client.body == b"firstsecond"


def test_answer_that_breaks_off_does_not_look_whole(caplog):
    def broken(_environ, start_response):
        def pieces():
            yield b"half of it"
            raise ValueError

        start_response("200 OK", [])
        return pieces()

    (client,) = together(SlowClient(), application=broken)

    assert (client.body, client.is_answered) == (b"half of it", False)
    assert "An answer broke off" in caplog.text


def test_work_ends_when_the_client_goes():
    was_closed = threading.Event()

    def endless(_environ, start_response):
        def pieces():
            try:
                while True:
                    time.sleep(0.01)
                    yield b"more"
            finally:
                was_closed.set()

        start_response("200 OK", [])
        return pieces()

    together(SlowClient(leaves=True), application=endless)

    assert was_closed.wait(5)


def test_file_is_sent_without_a_thread_and_closed(tmp_path):
    path = tmp_path / "stored"
    path.write_bytes(b"x" * (2 * response_buffer.PIECE + 1))
    files = []

    def stored(environ, start_response):
        files.append(path.open("rb"))
        start_response("200 OK", [("Content-Length", str(path.stat().st_size))])
        return environ["wsgi.file_wrapper"](files[0], 8192)

    (client,) = together(SlowClient(), application=stored)

    assert (client.body, client.is_answered) == (path.read_bytes(), True)
    assert wait_until(lambda: files[0].closed)


def test_answer_of_django_is_closed():
    answers = []

    def kept(environ, start_response):
        answers.append(echo(environ, start_response))
        return answers[0]

    together(SlowClient(), application=kept)

    assert answers[0].was_closed


def test_body_without_room_is_refused(monkeypatch):
    class FullFile(wsgi_bridge.SpooledTemporaryFile):
        def write(self, piece):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(wsgi_bridge, "SpooledTemporaryFile", FullFile)
    seen = []

    def look(environ, start_response):
        seen.append((environ["crm.refused_body"], environ["wsgi.input"].read()))
        return echo(environ, start_response)

    together(SlowClient([b"a", b"b"]), application=look)

    assert seen == [(507, b"")]


@pytest.mark.parametrize("headers", [[(b"content-length", b"5000")], []])
def test_larger_body_than_allowed_is_refused_before_it_is_read(monkeypatch, headers):
    monkeypatch.setattr(wsgi_bridge, "SMALL_BYTES", 10)
    monkeypatch.setattr(wsgi_bridge, "allowed_bytes", lambda _environ: 1000)
    monkeypatch.setattr(wsgi_bridge, "discarded_bytes", lambda _environ: 0)
    seen = []

    def look(environ, start_response):
        seen.append((environ["crm.refused_body"], environ["CONTENT_LENGTH"], environ["wsgi.input"].read()))
        return echo(environ, start_response)

    (client,) = together(SlowClient([b"x" * 400] * 100, headers=headers), application=look)

    assert seen == [(413, "0", b"")]
    assert client.taken <= (400 if headers else 1600)


def test_refused_body_is_taken_off_the_line_as_its_client_listens_only_then(monkeypatch):
    monkeypatch.setattr(wsgi_bridge, "allowed_bytes", lambda _environ: 1000)
    monkeypatch.setattr(wsgi_bridge, "discarded_bytes", lambda _environ: 200_000)

    length = (b"content-length", b"100000")
    (client,) = together(SlowClient([b"x" * 10_000] * 10, headers=[length]))
    (asking,) = together(SlowClient([b"x" * 10_000] * 10, headers=[length, (b"expect", b"100-continue")]))

    assert client.taken == 100_000
    assert asking.taken <= 10_000


@pytest.mark.parametrize(("path", "seen"), [("/a%20b/", "/a b/"), ("/%ff", "/\xff"), ("/%C3%A3o/", "/Ã£o/"), ("/%00", "/\0")])
def test_address_is_wsgis(path, seen):
    found = []

    def look(environ, start_response):
        found.append(environ["PATH_INFO"])
        return echo(environ, start_response)

    together(SlowClient(path=path), application=look)

    assert found == [seen]


def test_header_with_an_underscore_passes_for_no_other():
    found = []

    def look(environ, start_response):
        found.append({name: value for name, value in environ.items() if name.startswith("HTTP_")})
        return echo(environ, start_response)

    headers = [(b"x_forwarded_for", b"10.0.0.1"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"transfer-encoding", b"chunked")]
    together(SlowClient(headers=headers), application=look)

    assert found == [{"HTTP_HOST": "localhost", "HTTP_COOKIE": "a=1; b=2"}]


def wait_until(condition, seconds=5):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()
