"""Canonical lines are loaded as they are: what is staged, refused and counted is what the converters make of the same file."""

# ruff: noqa: RUF001  # apostrophes as typographers write them

import csv
import io
import random

import pytest
from django.db import connection

from crm.records import bulk
from crm.schema.definitions import FieldDefinition
from crm.schema.fieldtypes import CellFormat
from crm.worksheets.errors import UnreadableWorksheet
from crm.worksheets.formats.reading import reader, text_lines
from crm.worksheets.importing import converting, line_conversion, parallel_conversion
from crm.worksheets.importing.converting import ColumnConversion, ConversionResult
from crm.worksheets.mapping.choices import ColumnChoices
from crm.worksheets.mapping.column_mapping import ColumnMapping
from tests.dirty_cells import DIRTY

CHOICES = {"choices": [{"value": "gold"}, {"value": "a,b"}]}
FIELDS = {
    "code": FieldDefinition("code", "Varchar 50", unique=True), "note": "Varchar 100", "mail": "Email", "cell": "Phone",
    "day": "Date", "seen": "Date and Time", "hour": "Time", "size": "Integer", "price": "Decimal", "share": "Percent",
    "agreed": "Boolean", "tier": FieldDefinition("tier", "Choice", options=CHOICES), "web": "URL", "zipcode": "CEP",
    "story": "Text",
}  # fmt: skip
PLAIN = (
    "José, D’Ávila", "a.b@example.com", "+5511999990000", "1990-02-28", "2026-01-01T10:00:00Z", "23:50:10", "42", "12.5", "0.25",
    "true", "gold", "https://example.com/a", "01310100", "a story",
)  # fmt: skip
ROWS = 600


@pytest.fixture
def parts(define):
    return define(**FIELDS)


def written(*, dirt: float, seed: int = 5, encoding: str = "utf-8", **dialect) -> bytes:
    """A worksheet some of whose cells are dirty, with blank, short and long rows."""
    chance, target = random.Random(seed), io.StringIO(newline="")
    writer = csv.writer(target, **dialect)
    writer.writerow(FIELDS)
    for number in range(ROWS):
        row = [f"c{number}", *PLAIN]
        writer.writerow([chance.choice(DIRTY) if chance.random() < dirt else cell for cell in row])
        if number % 100 == 7:
            target.write(dialect.get("lineterminator", "\r\n"))
        if number % 100 == 11:
            writer.writerows([[*row, "extra"], row[:-2], [""] * len(row), [" "] * len(row), ["", *row[1:]]])
    return target.getvalue().encode(encoding, "replace")


FILES = {
    "clean": written(dirt=0),
    "commas": written(dirt=0.02),
    "very dirty": written(dirt=0.3),
    "semicolons": written(dirt=0.01, delimiter=";", lineterminator="\n"),
    "tabs with a mark": written(dirt=0.02, delimiter="\t", encoding="utf-8-sig"),
    "bars": written(dirt=0.01, delimiter="|"),
    "all quoted": written(dirt=0.01, quoting=csv.QUOTE_ALL),
    "utf-16": written(dirt=0.01, encoding="utf-16"),
    "wrong bytes": written(dirt=0.01).replace("José".encode(), b"Jos\xe9", 50),
    "latin": written(dirt=0.01, encoding="cp1252"),
    "broken quotes": written(dirt=0.01).replace(b"c300,", b'"c300"x,'),
    "an open quote": written(dirt=0.01).replace(b"c400,", b'"c400,'),
    "of an old Macintosh": written(dirt=0.01, lineterminator="\r"),
    "doubled ends": written(dirt=0.01, lineterminator="\r\r\n"),
    "mixed ends": written(dirt=0.01, lineterminator="\n").replace(b"\nc3", b"\r\nc3"),
    "no end": written(dirt=0).rstrip(),
}


def staged(way, content: bytes, model, columns: ColumnConversion, merge: bulk.Merge) -> tuple:
    """The staged rows and what was found on the way."""
    found = ConversionResult()
    source = io.BytesIO(content)
    form = reader.detect_format(source)
    bulk.create_staging(merge)
    bulk.stage(merge, way(source, form, columns, found))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(merge.staging)} ORDER BY crm_row")
        rows = cursor.fetchall()
    bulk.drop_staging(merge)
    refusals = [(r.row, r.column, r.value, r.reason) for r in found.refusals]
    return rows, sorted(refusals), found.rows, found.refused_rows, found.left_out, found.remarks.counts, found.doubted


def exactly(source, form, columns, found):
    return parallel_conversion.packed_rows(reader.rows_of(source, form), columns, found)


def both_ways(content: bytes, model, *, ignored: tuple[str, ...] = (), replace: str = "", **options) -> tuple[tuple, tuple]:
    names = [name for name in FIELDS if name not in ignored]
    mapping = ColumnMapping({place: name for place, name in enumerate(FIELDS) if name in names}, list(ignored))
    columns = ColumnConversion(
        model.entity, list(FIELDS), mapping, **{"form": CellFormat(), "fixed": {}, "keeps_refused": bool(replace), **options}
    )
    merge = bulk.Merge(model, "staging_lines", ("code",), (*names, *columns.fixed), replace=replace)
    ways = (line_conversion.packed_rows, exactly)
    return tuple(staged(way, content, model, columns, merge) for way in ways)  # type: ignore[return-value]  # there are two


@pytest.fixture
def loaded(monkeypatch) -> list[str]:
    """The lines that were loaded as they are."""
    lines: list[str] = []
    load = bulk.pack_lines
    monkeypatch.setattr(bulk, "pack_lines", lambda ready, form: lines.extend(ready) or load(ready, form))
    return lines


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("block", [1 << 20, 700])
def test_a_file_is_staged_as_the_converters_stage_it(parts, monkeypatch, name, block):
    monkeypatch.setattr(text_lines, "BLOCK", block)

    quick, exact = both_ways(FILES[name], parts)

    assert quick == exact
    assert quick[0]


@pytest.mark.parametrize(
    "options",
    [
        {"ignored": ("note", "price", "story")},
        {"ignored": ("code",), "keys": ("mail",)},
        {"ignored": ("price",), "fixed": {"price": 5}},
        {"ignored": ("note", "day"), "fixed": {"note": 'it\'s "so", 5%', "day": None}},
        {"replace": "agreed"},
        {"withheld": ("agreed",)},
        {"is_exact": True},
        {"refuses_empty": True},
        {"refuses_empty": True, "keys": ("code",)},
        {"form": CellFormat("dmy", ",")},
        {"own": {"price": ColumnChoices(decimal=",", wrong="empty"), "day": ColumnChoices(wrong="empty")}},
        {"own": {"note": ColumnChoices(values={"josé, d’ávila": "him"}), "story": ColumnChoices(is_cut=True)}},
    ],
    ids=str,
)
def test_what_is_chosen_holds_for_canonical_lines_too(parts, options):
    for content in (FILES["commas"], FILES["all quoted"]):
        quick, exact = both_ways(content, parts, **options)

        assert quick == exact


@pytest.mark.parametrize("name", ["clean", "commas", "semicolons", "all quoted", "tabs with a mark", "utf-16", "no end"])
def test_most_lines_are_loaded_as_they_are(parts, loaded, name):
    both_ways(FILES[name], parts)

    assert len(loaded) > ROWS * 0.6


def test_a_worksheet_of_few_canonical_lines_is_left_to_the_converters(parts, loaded, monkeypatch):
    monkeypatch.setattr(converting, "AT_ONCE", 10)
    monkeypatch.setattr(line_conversion, "ENOUGH", 20)

    quick, exact = both_ways(FILES["very dirty"], parts)

    assert quick == exact
    assert len(loaded) < 20


def test_a_file_that_breaks_off_is_told_as_ever(parts):
    content = FILES["utf-16"][:20_001]

    for way in (line_conversion.packed_rows, exactly):
        columns = ColumnConversion(parts.entity, list(FIELDS), ColumnMapping({0: "code"}, []), CellFormat(), {})
        source = io.BytesIO(content)
        form = reader.detect_format(source, encoding="utf-16")
        with pytest.raises(UnreadableWorksheet, match="bytes that are not UTF-16"):
            list(way(source, form, columns, ConversionResult()))


def test_references_are_left_to_who_asks_the_database(define, parts, loaded):
    others = define("OT", part=FieldDefinition("part", "Relationship", options={"entity": "PT", "display": "code"}))
    columns = ColumnConversion(others.entity, ["part"], ColumnMapping({0: "part"}, []), CellFormat(), {})
    source = io.BytesIO(b"part\nx\n")

    list(line_conversion.packed_rows(source, reader.detect_format(source), columns, ConversionResult()))

    assert loaded == []


def test_a_column_that_fills_two_fields_is_divided(define, loaded):
    people = define("PE", first="Varchar 50", last="Varchar 50")
    mapping = ColumnMapping({0: "first"}, [], rests={0: "last"})
    columns = ColumnConversion(people.entity, ["name"], mapping, CellFormat(), {})
    merge = bulk.Merge(people, "staging_lines", ("id",), tuple(mapping.names))

    quick, exact = (staged(way, b"name\nAna Silva\n", people, columns, merge) for way in (line_conversion.packed_rows, exactly))

    assert quick == exact
    assert "Silva" in quick[0][0]
    assert loaded == []
