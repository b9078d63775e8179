import pytest
from django.utils import translation

from crm.ui.templatetags.numbers import signed


@pytest.mark.parametrize(("change", "shown"), [(18, "+18"), (0, "0"), (-1, "\N{MINUS SIGN}1"), (-12_345, "\N{MINUS SIGN}12.345")])
def test_a_change_has_its_sign_and_the_readers_thousands(change, shown):
    with translation.override("pt-br"):
        assert signed(change) == shown
