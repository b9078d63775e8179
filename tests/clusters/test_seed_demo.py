"""`seed_demo --if-empty`, as a first start calls it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from crm.schema.generated import current


def seeded(*words: str) -> dict:
    call_command("seed_demo", "--customers", "10", "--json", *words, stdout=(output := StringIO()))
    return json.loads(output.getvalue())


@pytest.mark.django_db
def test_site_with_customers_of_its_own_gets_no_demo():
    customers = current.models()["CL"]
    customers.objects.create(email="ana@example.com")

    assert seeded("--if-empty") == {"customers": 0, "clusters": 0, "promotions": 0}
    assert customers.objects.count() == 1


@pytest.mark.django_db
def test_empty_site_gets_its_demo():
    assert seeded("--if-empty")["customers"] == 10
