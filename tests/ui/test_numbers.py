import pytest
from django.utils import translation

from crm.ui.templatetags.numbers import signed, taken


@pytest.mark.parametrize(("change", "shown"), [(18, "+18"), (0, "0"), (-1, "\N{MINUS SIGN}1"), (-12_345, "\N{MINUS SIGN}12.345")])
def test_a_change_has_its_sign_and_the_readers_thousands(change, shown):
    with translation.override("pt-br"):
        assert signed(change) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, "0,01"), (0.004, "0,01"), (0.25, "0,25"), (1.0, "1,0"), (83.26, "83,3")])
def test_nothing_is_said_to_take_no_time(seconds, shown):
    with translation.override("pt-br"):
        assert taken(seconds) == shown
