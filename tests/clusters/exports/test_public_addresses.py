"""Which addresses an export is sent to."""

import pytest

from clusters.exports.public_addresses import AddressRefused, Target, check_public, is_public, read_address


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("https://example.com", Target("example.com", 443, "/")),
        ("https://Example.com:8443/in?list=1", Target("example.com", 8443, "/in?list=1")),
        ("https://8.8.8.8/in", Target("8.8.8.8", 443, "/in")),
        ("https://[2606:4700::1111]/in", Target("2606:4700::1111", 443, "/in")),
    ],
)
def test_https_with_a_server_is_taken(text, target):
    assert read_address(text) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "http://example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///in",
        "https://ana:secret@example.com/",
        "https://ana@example.com/",
        "https://@example.com/",
        "https://example.com/#here",
        "https://example.com/a b",
        "https://example.com/\r\nX-Other: 1",
        "https://example.com\\@127.0.0.1/",
        "https://exämple.com/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "https://exa_mple..com/",
        "https://%31%32%37.0.0.1/",
        "https://[::1",
        "https://[::1%25eth0]/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        f"https://example.com/{'x' * 500}",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(AddressRefused):
        read_address(text)


@pytest.mark.parametrize("address", ["8.8.8.8", "200.147.3.157", "2606:4700:4700::1111", "2804:10::1"])
def test_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # an address to be refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "localhost",
        "",
    ],
)
def test_private_and_special_networks_are_not(address):
    assert not is_public(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    check_public("example.com", ["8.8.8.8", "2606:4700::1111"])

    with pytest.raises(AddressRefused, match=r"example\.com belongs to a private network"):
        check_public("example.com", ["8.8.8.8", "10.0.0.1"])
