"""One live site for all tests of requests that come at the same moment."""

from collections.abc import Iterator

import pytest

from tests.live_site import Site, live_site
from tests.visitor import Visitor


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with live_site(tmp_path_factory.mktemp("together")) as site:
        yield site


@pytest.fixture(scope="session")
def visitor(site: Site) -> Visitor:
    return Visitor(site).sign_in()
