"""What a password may not be."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from crm.people.models import User
from crm.people.passwords import make_password

ANA = User(email="Ana.Maria.Souza@example.com", name="Ana Maria Souza e Silva")


@pytest.mark.parametrize(
    "password", ["Ana.Maria.Souza@example.com", "ana.maria.souza@EXAMPLE.com", "ana.maria.souza", " Ana.Maria.Souza "]
)
def test_password_is_not_the_email_or_its_local_part(password):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, ANA)

    assert "password_is_email" in [error.code for error in refusal.value.error_list]


@pytest.mark.parametrize("password", ["ana maria souza e silva", "Souza1Souza"])
def test_password_is_not_like_the_name(password):
    with pytest.raises(ValidationError, match="too similar"):
        validate_password(
            password, User(email="am@example.com", name="Ana Maria Souza e Silva" if " " in password else "Souza1Souz")
        )


def test_made_passwords_differ_and_pass():
    first, second = make_password(), make_password()

    validate_password(first, ANA)
    assert first != second
