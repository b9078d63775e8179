"""Rows pasted from a spreadsheet; a column that no field is for gets one; by keyboard alone."""

import re

from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard

ROWS = "E-mail\t{header}\nana@pasted.example.com\tCentro\nbea@pasted.example.com\tSul\n"


def test_a_pasted_column_becomes_a_field(keyboard: Keyboard):
    header = "Bairro" if keyboard.has_scripts else "Canal favorito"
    page = keyboard.page
    page.goto("/worksheets/new/")
    keyboard.go_to(page.get_by_label("Or paste rows from a spreadsheet"))
    page.keyboard.insert_text(ROWS.format(header=header))
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Upload and review"))

    keyboard.press(page.locator("#guess-columns > summary"))
    keyboard.press(page.get_by_role("button", name=re.compile(f"New field from this column.*{header}")))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"New field from “{header}”")
    expect(page.get_by_label("Type")).to_have_value("Varchar 50")
    keyboard.stop()
    keyboard.press(page.get_by_role("button", name="Add and publish"))

    expect(page.get_by_text("is published and filled by this column")).to_be_visible()
    expect(page.get_by_role("columnheader", name=header)).to_be_visible()
    keyboard.stop()
