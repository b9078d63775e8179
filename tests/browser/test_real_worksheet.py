"""Eight thousand real customers by the pages alone: fields made, imported twice, grouped, taken out and brought in again."""

import csv
import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.sync_api import Page, expect

OLIST = Path(os.environ.get("OLIST_CSV") or Path(__file__).parents[3] / "shared/data/olist_customers.csv")
FIELDS = {
    "customerUniqueId": "Varchar 50",
    "zipPrefix": "Varchar 10",
    "city": "Varchar 100",
    "state": "Varchar 10",
    "orderCount": "Integer",
    "totalSpent": "Decimal",
    "lastOrderAt": "Date and Time",
}
COLUMNS = {"zip_code_prefix": "zipPrefix", "orders": "orderCount", "total_spent": "totalSpent", "last_order_at": "lastOrderAt"}
FACTS = {"repeat buyers": 73, "big spenders": 123, "in São Paulo": 3390}
LONG = 120_000  # ms: the import itself, on a busy machine

pytestmark = pytest.mark.skipif(not OLIST.exists(), reason="no olist_customers.csv: set OLIST_CSV")


def test_real_customers_are_imported_grouped_and_round_tripped_by_the_pages(page: Page, tmp_path: Path):
    for name, kind in FIELDS.items():
        add_field(page, name, kind)
    make_cluster(page, "Gold")

    import_file(page, OLIST, key="customerUniqueId", columns=COLUMNS)
    assert counts(page) == {"Rows": 8016, "Created": 8016, "Updated": 0, "Unchanged": 0, "Skipped": 0, "Refused": 0}

    rehearse_file(page, OLIST, key="customerUniqueId", columns=COLUMNS)
    assert counts(page)["Unchanged"] == 8016

    import_file(page, golden(tmp_path), key="customerUniqueId")
    assert counts(page) == {"Rows": 100, "Created": 0, "Updated": 50, "Unchanged": 50, "Skipped": 0, "Refused": 0}
    page.goto("/crm/CL/?Gold=true")
    expect(page.get_by_text("50 records")).to_be_visible()

    rehearse_file(page, exported(page, tmp_path), key="Record id")
    assert {name: n for name, n in counts(page).items() if name not in {"Rows", "Unchanged"}} == dict.fromkeys(
        ["Created", "Updated", "Skipped", "Refused"], 0
    )


def add_field(page: Page, name: str, kind: str) -> None:
    page.goto("/schema/CL/")
    page.locator("[name=label]").fill(name)
    page.locator("[name=name]").fill(name)
    page.locator("[name=type]").select_option(label=kind)
    if name == "customerUniqueId":
        page.locator("[name=unique]").check()
    page.get_by_role("button", name="Add and publish").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def make_cluster(page: Page, label: str) -> None:
    page.goto("/clusters/new/")
    page.get_by_label("Name of the cluster").fill(label)
    page.get_by_role("button", name="Create cluster").click()
    page.wait_for_url(f"**/clusters/{label}/")


def rehearse_file(page: Page, file: Path, *, key: str, columns: Mapping[str, str] = MappingProxyType({})) -> None:
    page.goto("/worksheets/new/")
    page.get_by_label("Worksheet").set_input_files(file)
    page.get_by_role("button", name="Upload and review").click()
    expect(page.get_by_role("heading", name="Rehearsal")).to_be_visible(timeout=LONG)
    expect(page.get_by_text(f"Rows find their customers by {key}")).to_be_visible()
    if columns:
        page.locator("#guess-columns > summary").click()
        for header, field in columns.items():
            page.get_by_label(f"{header} fills").select_option(field)
        before = page.locator("#review").element_handle()
        page.get_by_role("button", name="Rehearse again").click()
        before.wait_for_element_state("hidden", timeout=LONG)  # or the former rehearsal would be read
        expect(page.get_by_text("7 of 7 columns are taken.")).to_be_visible(timeout=LONG)
        expect(page.get_by_role("heading", name="Rehearsal")).to_be_visible(timeout=LONG)


def import_file(page: Page, file: Path, *, key: str, columns: Mapping[str, str] = MappingProxyType({})) -> None:
    rehearse_file(page, file, key=key, columns=columns)
    page.get_by_role("button", name=re.compile("Import [0-9,]+ customers")).click()
    expect(page.get_by_text(re.compile("Took .* seconds"))).to_be_visible(timeout=LONG)


def counts(page: Page) -> dict[str, int]:
    table = page.get_by_role("table", name="Counts")
    heads = table.get_by_role("columnheader").all_inner_texts()
    cells = table.get_by_role("cell").all_inner_texts()
    return {head: int(re.sub(r"\D", "", cell)) for head, cell in zip(heads, cells, strict=True)}


def golden(folder: Path) -> Path:
    """The first hundred customers, every second of them gold."""
    with OLIST.open(newline="") as source:
        ids = [row["customer_unique_id"] for _n, row in zip(range(100), csv.DictReader(source), strict=False)]
    file = folder / "gold.csv"
    file.write_text("customerUniqueId,Gold\n" + "".join(f"{key},{'sim' if n % 2 else 'não'}\n" for n, key in enumerate(ids)))
    return file


def exported(page: Page, folder: Path) -> Path:
    page.goto("/crm/CL/")
    page.get_by_role("link", name="Export").click()
    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("button", name="Download").first.click()
    file = folder / "exported.csv"
    download.value.save_as(file)
    with file.open(newline="", encoding="utf-8-sig") as source:
        rows = [row for row in csv.DictReader(source) if row["customerUniqueId"]]
    assert facts_of(rows) == FACTS
    assert {row["customerUniqueId"]: row["zipPrefix"] for row in rows} == stored_zips(), "leading zeros are lost"
    return file


def facts_of(rows: list[dict[str, str]]) -> dict[str, int]:
    """What the sample's README says of it."""
    return {
        "repeat buyers": sum(int(row["orderCount"]) > 1 for row in rows),
        "big spenders": sum(Decimal(row["totalSpent"]) > 1000 for row in rows),
        "in São Paulo": sum(row["state"] == "SP" for row in rows),
    }


def stored_zips() -> dict[str, str]:
    with OLIST.open(newline="") as source:
        return {row["customer_unique_id"]: row["zip_code_prefix"] for row in csv.DictReader(source)}
