import pytest
from django.utils import translation

from clusters.why.changes import author_of
from crm.records.models import ChangeSet


@pytest.mark.parametrize(
    ("language", "channel", "said"),
    [
        ("en", "worksheet", "Ada, worksheet 42"),
        ("pt-br", "worksheet", "Ada, planilha 42"),
        ("es", "worksheet", "Ada, planilla 42"),
        ("pt-br", "page", "Ada, página"),
        ("es", "undo", "Ada, deshacer 42"),
    ],
)
def test_who_changed_something_is_named_with_the_way_in_the_readers_language(language, channel, said):
    change = ChangeSet(user_name="Ada", channel=channel, reference="" if channel == "page" else "42")

    with translation.override(language):
        assert author_of(change) == said
