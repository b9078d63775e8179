"""Pages in the reader's language."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import IO, Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGES = ["pt_BR", "es"]
SOURCES = ["crm", "clusters", "templates"]
PLAIN, PLURAL, WITH_CONTEXT = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], PLAIN),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], PLURAL),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], WITH_CONTEXT),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?\w+[^>]*>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    missing = [message.id for message in messages(language) if not all(forms(message.string))]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language):
    assert not catalogue(language).fuzzy
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    other = [
        (text, translated)
        for message in messages(language)
        for text, translated in zip(forms(message.id), forms(message.string), strict=True)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translated))
    ]

    assert other == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_texts_of_the_site_and_no_others(language):
    held = {message.id for message in messages(language)}

    assert {"missing": texts_of_the_site() - held, "left over": held - texts_of_the_site()} == {
        "missing": set(),
        "left over": set(),
    }


def test_no_text_hides_in_an_f_string():
    # Extraction does not look into f-strings, so that the catalogues would lack it and nothing would say so.
    hidden = [
        f"{path}:{node.lineno}"
        for source in ("crm", "clusters")
        for path in (settings.BASE_DIR / source).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr) and any(map(is_translated, ast.walk(node)))
    ]

    assert hidden == []


def is_translated(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS


@pytest.mark.parametrize(("asked", "language", "word"), [("pt-BR", "pt-br", "Entrar"), ("es-MX", "es", "Iniciar sesión")])
@pytest.mark.django_db
def test_sign_in_speaks_the_language_of_who_asks_for_it(client, asked, language, word):
    page = client.get("/sign-in/", headers={"accept-language": asked}).content.decode()

    assert word in page
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize(
    ("asked", "name", "drawn"), [("en", "Customers in the open", "Dealers"), ("pt-BR", "Clientes às claras", "Revendedores")]
)
@pytest.mark.django_db
def test_sign_in_names_the_product_and_draws_what_it_is_about_for_those_who_see(client, asked, name, drawn):
    form, picture = client.get("/sign-in/", headers={"accept-language": asked}).text.split(
        '<div class="picture" aria-hidden="true">'
    )

    assert f'alt="">{name}</p>' in form
    assert f">{drawn}</text>" in picture


@cache
def catalogue(language: str) -> Catalog:
    with (settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """Singular and plural, or the one form."""
    return text if isinstance(text, tuple) else (text,)


@cache
def texts_of_the_site() -> frozenset[str | tuple[str, ...]]:
    """As `makemessages` would find them, without GNU gettext."""
    methods = [("**.py", "python"), ("**.html", template_texts), ("**.txt", template_texts)]
    found = [extract_from_dir(settings.BASE_DIR / source, methods, keywords=KEYWORDS) for source in SOURCES]
    return frozenset(text for texts in found for _file, _line, text, _comments, _context in texts)


def template_texts(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Django makes a template into Python calls of gettext amid X's; the indentation is the template's own."""
    lines = templatize(file.read().decode()).splitlines()
    return extract_python(BytesIO("\n".join(line.strip() for line in lines).encode()), keywords, comment_tags, options)
