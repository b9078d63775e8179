"""Stored forms of an earlier release, which listed each cluster as a column and a filter of its own."""

from importlib import import_module

import pytest
from django.apps import apps

from clusters.catalogue import creating
from crm.schema.models import DataEntity, Form, FormVersion

gather = import_module("clusters.migrations.0003_one_clusters_column").gather


@pytest.fixture
def old_form(define, admin):
    define(code="Varchar 50", price="Decimal", isNew="Boolean")
    for label in ("Dealers", "Staff"):
        creating.create_cluster(label, by=admin, entity="PT")
    creating.create_cluster("Dear", rule="price>100", by=admin, entity="PT")
    form = Form.objects.get(entity__acronym="PT", is_default=True)
    columns = ["code", "Staff", "isNew", "Dealers", "Dear", "price"]
    form.design |= {"list_columns": [{"field": name, "width": 80} for name in columns], "filters": ["Dear", "isNew", "Staff"]}
    form.save()
    return form


def test_clusters_of_stored_forms_become_one_column_and_filter_at_the_place_of_the_first(old_form):
    gather(apps, None)
    gather(apps, None)

    design = Form.objects.get(pk=old_form.pk).content()
    assert [(column.field, column.width) for column in design.list_columns] == [
        ("code", 80),
        ("_clusters", 0),
        ("isNew", 80),
        ("price", 80),
    ]
    assert design.filters == ("_clusters", "isNew")


def test_what_undo_brings_back_is_migrated_too(old_form):
    FormVersion.objects.create(entity=DataEntity.objects.get(acronym="PT"), form="x", document={"design": old_form.design})

    gather(apps, None)

    version = FormVersion.objects.get(form="x")
    assert version.document["design"]["filters"] == ["_clusters", "isNew"]


def test_a_form_that_lists_no_cluster_stays_as_it_is(old_form):
    design = old_form.design | {"list_columns": [{"field": "code", "width": 0}], "filters": []}
    Form.objects.filter(pk=old_form.pk).update(design=design)

    gather(apps, None)

    assert Form.objects.get(pk=old_form.pk).design == design


def test_an_address_with_a_cluster_field_still_filters(browse, old_form):
    gather(apps, None)

    response = browse.get("/crm/PT/?Dealers=true")

    assert response.status_code == 200
    assert [chip.label for chip in response.context["listing"].active] == ["Dealers"]
