"""As many entities as a site may have: made, shown, written down as a file and brought in again."""

import pytest

from crm.schema.models import DataEntity, Publication
from crm.schema.transfer import importing, schema_document

from .conftest import ENTITIES

PAGES = (
    "/",
    "/crm/",
    "/crm/TZ/",
    "/crm/TZ/new/",
    "/schema/",
    "/schema/TZ/",
    "/schema/TZ/plan/",
    "/schema/TZ/fields/f3/",
    "/schema/TZ/forms/default/",
    "/worksheets/",
    "/worksheets/new/",
    "/worksheets/export/TZ/",
    "/clusters/new/",
    "/search/?q=thing",
)
MOST_QUERIES = 26


@pytest.fixture
def many(draft, publish):
    for place in range(ENTITIES - DataEntity.objects.count()):
        draft(f"{'TUVWXYZQ'[place // 26]}{chr(65 + place % 26)}", f"Thing {place}", 5)
    publish()


@pytest.mark.usefixtures("unwatched_templates")
def test_every_page_takes_a_few_queries(browse, many, django_assert_max_num_queries):
    for address in PAGES:
        with django_assert_max_num_queries(MOST_QUERIES, info=address):
            page = browse.get(address)
        assert page.status_code == 200, address


def test_the_file_of_all_entities_brought_in_again_changes_nothing(many, admin, django_assert_max_num_queries):
    document, number = schema_document.document(), Publication.objects.first().number

    with django_assert_max_num_queries(8 * ENTITIES):
        outcome = importing.import_document(document, by=admin)

    assert len(document["entities"]) == ENTITIES
    assert (outcome.operations, outcome.publication) == ([], number)
