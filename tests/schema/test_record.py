import copy

import pytest
import tablib
from import_export.resources import modelresource_factory

from crm.schema.generated import current


@pytest.mark.django_db
def test_a_record_can_be_copied_whole_as_libraries_do():
    customer = current.models()["CL"](email="ana@example.com")

    copied = copy.deepcopy(customer)

    assert type(copied) is type(customer)
    assert (copied.pk, copied.email) == (customer.pk, "ana@example.com")


@pytest.mark.django_db
def test_a_resource_of_import_export_takes_records():

    model = current.models()["CL"]
    resource = modelresource_factory(model, meta_options={"fields": ["email", "firstName"], "import_id_fields": ["email"]})()

    result = resource.import_data(tablib.Dataset(["ana@example.com", "Ana"], headers=["email", "firstName"]), raise_errors=True)

    assert result.totals["new"] == 1
    assert model.objects.get().firstName == "Ana"
