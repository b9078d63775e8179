"""Names of recipes that two processes give at the same moment."""

import pytest
from django.db.models import QuerySet

from crm.worksheets.errors import InvalidMapping
from crm.worksheets.mapping import recipes
from crm.worksheets.models import Recipe, Worksheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def _at_the_same_moment(monkeypatch):
    """Another recipe takes the name after it was found free."""
    Recipe.objects.create(entity="CL", fingerprint="other", name="feed.csv", worksheet=1)
    monkeypatch.setattr(recipes, "_free_name", lambda wanted: wanted)
    monkeypatch.setattr(QuerySet, "exists", lambda _found: False)


@pytest.mark.usefixtures("_at_the_same_moment")
def test_a_name_that_is_taken_at_the_same_moment_is_refused():
    recipe = Recipe.objects.create(entity="CL", fingerprint="own", name="mine", worksheet=2)

    with pytest.raises(InvalidMapping, match="another recipe"):
        recipes.rename(recipe, "FEED.csv")

    assert (recipe.name, Recipe.objects.get(pk=recipe.pk).name) == ("mine", "mine")


@pytest.mark.usefixtures("_at_the_same_moment")
def test_a_recipe_is_remembered_without_a_name_that_is_taken_at_the_same_moment():
    recipe = recipes.remember(Worksheet.objects.create(entity="CL", name="feed.csv"), ["email"])

    assert Recipe.objects.get(pk=recipe.pk).name == recipe.name == ""


def test_a_recipe_is_remembered_without_a_name_that_was_taken_before(monkeypatch):
    Recipe.objects.create(entity="CL", fingerprint="other", name="feed.csv", worksheet=1)
    monkeypatch.setattr(recipes, "_free_name", lambda wanted: wanted)

    assert recipes.remember(Worksheet.objects.create(entity="CL", name="feed.csv"), ["email"]).name == ""
