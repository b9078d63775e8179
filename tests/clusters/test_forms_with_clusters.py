"""In the form designer all clusters are one entry among columns and filters."""

import re

import pytest

from clusters.catalogue import adopting, creating
from crm.records.writing import saving
from crm.schema.generated import current
from crm.schema.models import Form


@pytest.fixture
def form(define, admin) -> Form:
    define(code="Varchar 50", isNew="Boolean")
    for label in ("Dealers", "Staff"):
        creating.create_cluster(label, by=admin, entity="PT")
    return Form.objects.get(entity__acronym="PT", is_default=True)


def offered(browse, part):
    """What can be added to a part of the list."""
    page = browse.get("/schema/PT/forms/default/list/").text
    select = re.search(rf'<select[^>]* id="add-{part}".*?</select>', page, re.DOTALL)
    return dict(re.findall(r'<option value="(\w+)">([^<]+)<', select[0])) if select else {}


def test_the_designer_lists_all_clusters_as_one_entry(browse, form):
    page = browse.get("/schema/PT/forms/default/list/").context

    assert [(row.name, row.label) for row in page["columns"].rows if row.name[0] == "_"] == [("_clusters", "Clusters")]
    assert not {"Dealers", "Staff", "_clusters"} & {*offered(browse, "list_columns"), *offered(browse, "filters")}
    assert page["faults"] == []


@pytest.mark.parametrize("part", ["list_columns", "filters"])
def test_a_form_may_leave_them_out_and_take_them_back(browse, form, part):
    browse.post("/schema/PT/forms/default/list/", {"do": f"drop {part} _clusters"})

    assert offered(browse, part)["_clusters"] == "Clusters"

    browse.post("/schema/PT/forms/default/list/", {"do": f"add {part}", f"add-{part}": "_clusters"})

    design = Form.objects.get(pk=form.pk).content()
    assert "_clusters" in (design.listed if part == "list_columns" else design.filters)


def test_highlights_and_sections_do_not_take_them(browse, form):
    answer = browse.post("/schema/PT/forms/default/list/", {"do": "add highlights", "add-highlights": "_clusters"}, follow=True)

    assert "has no field" in answer.text
    assert "_clusters" not in Form.objects.get(pk=form.pk).content().highlights


def test_the_preview_of_a_list_shows_the_column(browse, form, admin):
    saving.create(current.models()["PT"], {"code": "A", "Dealers": True}, by=admin)

    page = browse.get("/schema/PT/forms/default/list/")

    assert '<th scope="col">Clusters</th>' in page.text
    assert re.search(r"Filters:[^<]*Clusters", page.text)
    assert "/clusters/Dealers/" in page.text


def test_a_field_that_becomes_a_cluster_gives_its_column_to_all_of_them(form, admin):
    form.design["list_columns"] = [{"field": "isNew", "width": 0}, {"field": "code", "width": 0}]
    form.design["filters"] = ["isNew"]
    form.save()

    adopting.adopt_field("isNew", by=admin, entity="PT")

    design = Form.objects.get(pk=form.pk).content()
    assert design.listed == ["_clusters", "code"]
    assert design.filters == ("_clusters",)
