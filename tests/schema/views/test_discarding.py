"""A draft discarded on its page, and brought back."""

import pytest

from crm.schema.definitions import FieldDefinition
from crm.schema.draft import editing
from crm.schema.models import Field
from crm.schema.publishing import publishing

PLAN, DISCARD = "/schema/CL/plan/", "/schema/CL/discard/"


@pytest.fixture
def drafted(add_field, customers):
    add_field("code")
    editing.hide_field(Field.objects.get(entity__acronym="CL", name="code"))
    editing.add_field(customers, FieldDefinition("tier", "Varchar 50"))


def waiting() -> list[str]:
    return sorted(step.field_name for step in publishing.make_plan().steps)


def test_the_plan_offers_to_discard_the_draft_or_one_field_of_it(browse, drafted):
    page = browse.get(PLAN).text

    assert f'href="{DISCARD}"' in page
    assert f'href="{DISCARD}?_field=tier"' in page
    assert f'href="{DISCARD}"' in browse.get("/schema/CL/").text


def test_nothing_is_discarded_before_it_was_shown(browse, drafted, confirmed):
    page = browse.get(DISCARD).text

    assert "These changes would not happen" in page
    assert "Discard 2 changes" in page
    assert waiting() == ["code", "tier"]


def test_a_draft_is_discarded_and_comes_back(browse, drafted, confirmed):
    page = browse.post(DISCARD, {"confirmed": confirmed(DISCARD)}, follow=True).text
    gone = waiting()
    back = browse.post(f"{DISCARD}back/", follow=True).text

    assert "The draft is discarded." in page
    assert "Bring the discarded draft back" in page
    assert gone == []
    assert "The discarded draft is back." in back
    assert waiting() == ["code", "tier"]


def test_one_field_is_discarded(browse, drafted, confirmed):
    address = f"{DISCARD}?_field=code"

    page = browse.post(DISCARD, {"confirmed": confirmed(address), "_field": "code"}, follow=True).text

    assert "What was drafted of code is discarded." in page
    assert waiting() == ["tier"]


def test_a_draft_that_changed_since_it_was_shown_is_kept(browse, drafted, confirmed, customers):
    seen = confirmed(DISCARD)
    editing.add_field(customers, FieldDefinition("later", "Varchar 50"))

    browse.post(DISCARD, {"confirmed": seen})

    assert waiting() == ["code", "later", "tier"]


@pytest.mark.parametrize("address", [DISCARD, f"{DISCARD}?_field=nothing", f"{DISCARD}?_field=%00"])
def test_where_nothing_is_drafted_the_plan_is_shown(browse, customers, address):
    assert browse.get(address)["Location"] == PLAN
