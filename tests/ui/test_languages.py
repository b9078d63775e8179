"""Pages in the reader's language."""

import pytest
from babel.messages.pofile import read_po
from django.conf import settings


@pytest.mark.parametrize("catalogue", ["pt_BR"])
def test_every_text_is_translated(catalogue):
    path = settings.BASE_DIR / "locale" / catalogue / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        missing = [message.id for message in read_po(file) if message.id and not message.string]

    assert missing == []


@pytest.mark.django_db
def test_sign_in_speaks_portuguese_to_who_asks_for_it(client):
    page = client.get("/sign-in/", headers={"accept-language": "pt-BR"}).content.decode()

    assert "Entrar" in page
    assert '<html lang="pt-br">' in page
