"""Sending a body: to what was checked, and no further than one answer."""

import re
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from clusters.exports import posting
from clusters.exports.posting import Network, NotDelivered, post
from clusters.exports.public_addresses import AddressRefused, check_public
from tests.clusters.exports.receiver import HOST, status

ROOT = Path(__file__).parents[3]
BODY = b"email\nana@example.com\n"


def sent(receiver, *, network: Network | None = None, address: str = "", body: bytes = BODY) -> int:
    headers = {"Content-Length": str(len(body)), "Content-Type": "text/csv"}
    return post(address or receiver.address, BytesIO(body), headers, network=network or receiver.network())


def test_body_and_headers_arrive_under_the_name_of_the_host(receiver):
    assert sent(receiver) == 204

    (received,) = receiver.received
    assert (received.path, received.body, received.headers["Content-Type"]) == ("/in", BODY, "text/csv")
    assert received.headers["Host"] == f"{HOST}:{receiver.port}"


def test_a_large_body_arrives_whole(receiver):
    body = b"0123456789abcdef" * 300_000

    sent(receiver, body=body)

    assert receiver.received[0].body == body


def test_the_name_is_looked_up_once_and_the_address_found_is_connected_to(receiver):
    # Nobody else knows the name: a second look-up would find nothing.
    sent(receiver)

    assert receiver.looked_up == [HOST]


def test_the_next_address_is_tried_where_one_does_not_answer(receiver):
    assert sent(receiver, network=receiver.network(addresses=("127.0.0.2", "127.0.0.1"))) == 204


@pytest.mark.parametrize("found", [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("8.8.8.8", "::ffff:127.0.0.1")])
def test_nothing_is_sent_where_a_look_up_gives_a_private_address(receiver, found):
    with pytest.raises(AddressRefused, match="private network"):
        sent(receiver, network=replace(receiver.network(addresses=found), check=check_public))

    assert receiver.received == []


def test_without_being_told_otherwise_this_machine_is_not_reached(receiver):
    with pytest.raises(AddressRefused):
        post(f"https://localhost:{receiver.port}/", BytesIO(BODY), {})

    assert receiver.received == []


def test_a_redirect_is_not_followed(receiver):
    receiver.answers = [status(307, Location=receiver.address)]

    with pytest.raises(NotDelivered, match="It answered 307") as refusal:
        sent(receiver)

    assert (refusal.value.status, len(receiver.received)) == (307, 1)


@pytest.mark.parametrize("code", [400, 401, 404, 429, 500, 503])
def test_an_answer_that_refuses_is_told_with_its_status(receiver, code):
    receiver.answers = [status(code)]

    with pytest.raises(NotDelivered) as refusal:
        sent(receiver)

    assert refusal.value.status == code


def test_a_certificate_of_another_name_is_refused(receiver):
    other = receiver.address.replace(HOST, "other.example")

    with pytest.raises(NotDelivered, match="no valid certificate"):
        sent(receiver, address=other)

    assert receiver.received == []


def test_a_certificate_that_nobody_vouches_for_is_refused(receiver):
    with pytest.raises(NotDelivered, match="no valid certificate"):
        sent(receiver, network=replace(receiver.network(), trusted=Network().trusted))


def test_a_server_that_is_not_there_is_told():
    nowhere = Network(look_up=lambda _host, _port: ["127.0.0.1"], check=lambda _host, _found: None)

    with pytest.raises(NotDelivered, match="failed or broke off"):
        post("https://receiver.example:9/", BytesIO(BODY), {}, network=nowhere)


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(NotDelivered, match=r"no server called nobody\.invalid"):
        post("https://nobody.invalid/", BytesIO(BODY), {})


def test_of_an_answer_without_end_only_the_beginning_is_read(receiver):
    def endless(request):
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x" * 65_536)
        except OSError:
            over.append(True)

    over: list[bool] = []
    receiver.answers = [endless]
    since = time.monotonic()

    assert sent(receiver) == 200
    assert time.monotonic() - since < 5


def test_headers_without_end_are_refused(receiver):
    def endless(request):
        request.send_response(200)
        for number in range(10_000):
            request.send_header(f"X-{number}", "x" * 1_000)
        request.end_headers()

    receiver.answers = [endless]

    with pytest.raises(NotDelivered):
        sent(receiver)


@pytest.mark.parametrize("what", ["status", "headers", "body"])
def test_who_answers_a_byte_at_a_time_is_hung_up_on(receiver, what):
    def slowly(request):
        request.wfile.write({"status": b"", "headers": b"HTTP/1.0 200 OK\r\n", "body": b"HTTP/1.0 200 OK\r\n\r\n"}[what])
        try:
            for _second in range(100):
                request.wfile.write(b"H")
                time.sleep(0.1)
        except OSError:
            pass

    receiver.answers = [slowly]
    since = time.monotonic()

    if what == "status":
        with pytest.raises(NotDelivered):
            sent(receiver, network=receiver.network(most_seconds=1))
    else:  # taken: the status has said all
        assert sent(receiver, network=receiver.network(most_seconds=1)) == 200
    assert time.monotonic() - since < 4


def test_a_wait_for_one_piece_ends_too(receiver, monkeypatch):
    monkeypatch.setattr(posting, "WAIT_SECONDS", 0.3)
    receiver.answers = [lambda _request: time.sleep(2)]

    with pytest.raises(NotDelivered, match="did not answer in time"):
        sent(receiver)


def test_the_product_makes_no_network_but_the_internet():
    sources = [path for package in ("crm", "clusters") for path in (ROOT / package).rglob("*.py")]

    made = [path.name for path in sources if re.search(r"\bNetwork\(", path.read_text())]

    assert made == ["posting.py"]
    assert Network(posting.look_up, check_public, posting.ssl.create_default_context, posting.MOST_SECONDS) == posting.INTERNET
