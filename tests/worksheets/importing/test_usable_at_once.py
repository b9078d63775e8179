"""R-16: a customer is whole and usable the moment that the import
has ended; nothing is indexed, synchronised or refreshed first."""

import pytest

from clusters.catalogue.creating import create_cluster
from crm.schema.generated import current


@pytest.fixture
def imported(db, admin, import_text):
    create_cluster("Dealers", by=admin)
    create_cluster("Spenders", rule="rclastcartvalue>100", by=admin)
    import_text("email;firstName;Dealers;rclastcartvalue\nana@example.com;Ánà;sim;100.01\n", key="email")
    return current.models()["CL"].objects.get()


@pytest.mark.parametrize("asked", ["", "_q=ana", "email=ana@example.com", "Dealers=true", "Spenders=true", "_where=firstName=A*"])
def test_r16_lists_searches_filters_and_rules_find_it(browse, imported, asked):
    assert "ana@example.com" in browse.get(f"/crm/CL/?{asked}").text


def test_r16_its_page_and_its_clusters_know_it(browse, imported):
    page = browse.get(f"/crm/CL/{imported.pk}/")

    assert page.context["form"]["email"].value() == "ana@example.com"
    for cluster in ("Dealers", "Spenders"):
        assert browse.get(f"/clusters/{cluster}/").context["figures"].number.members == 1
