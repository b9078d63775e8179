import pytest

from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.cep import CEP

KIND = CEP()


@pytest.mark.parametrize(
    "code", ["01310-100", "01310100", "01.310-100", "01310 100", "CEP 01310-100", "cep: 01.310-100", "01310 - 100", "01310 -100"]
)
def test_a_postal_code_is_kept_without_and_shown_with_its_hyphen(definition, code):
    assert KIND.clean(f" {code} ", definition("CEP")) == "01310100"
    assert KIND.display("01310100", definition("CEP")) == KIND.form_value("01310-100", definition("CEP")) == "01310-100"


@pytest.mark.parametrize(
    ("raw", "reason"), [("1310100", "leading zeros"), (1310100, "leading zeros"), ("01310-10", "postal code such as"), ("x", "postal")]
)  # fmt: skip
def test_what_is_none_is_refused_with_the_reason(definition, raw, reason):
    with pytest.raises(InvalidValue, match=reason):
        KIND.clean(raw, definition("CEP"))


def test_a_column_is_judged_as_its_cells_are(convert):
    assert convert(KIND, ["01310-100", "", "1310100"]) == (["01310100", None, None], [(2, "1310100")])


def test_it_is_no_filter_and_compared_by_digits():
    assert not KIND.can_be_filter
    assert KIND.key("01310-100") == KIND.key("01310100")
