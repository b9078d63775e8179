"""Whatever people import, edit, delete, undo and redo: an undo does what a simple model of the law says, byte for byte.

The model keeps a stack for each field of each record, and one for the record itself: a write puts itself on top, its undo
takes it off, and the undo of that puts it back. An act may be taken back where the stack is as the act left it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from crm.records import undoing
from crm.records.errors import InvalidRecord
from crm.records.models import ChangeSet, Kept
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition

EXAMPLES = int(os.environ.get("UNDO_EXAMPLES", "40"))
CODES = ["a", "b", "c"]
TEXTS = [
    "x", "it's 100%", 'says "é"', "\\", "\\n", "tab\there", "back\\slash", "a,b", ",a,", "{}", "null", "true", "0", "1.50", "\U0001f600",
    "\u2028", "é", "e\u0301", "'", "--", "T", "2026-01-01T00:00:00Z", "+00:00",
]  # fmt: skip
VALUES: dict[str, list[Any]] = {
    "ref": [None, "1", "2", "3"],
    "note": [None, *TEXTS],
    "story": [None, "two\nlines", "\ttab\n", *TEXTS],
    "size": [None, 0, -1, 2**31 - 1],
    "count": [None, 0, 2**63 - 1, -(2**63), 2**53 + 1],
    "price": [None, *map(Decimal, ["0.00", "-0.01", "9999999999999.99", "0.10", "1234567890123.45", "100.00"])],
    "born": [None, date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)],
    "seen": [
        None, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, 1, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 5, 120000, tzinfo=UTC),
    ],
    "vip": [False, True],
    "share": [None, *map(Decimal, ["0.0000", "85.4200", "99999999999.9999", "-0.0001"])],
    "hour": [None, time(0), time(23, 59, 59, 999999), time(9, 30)],
    "page": [None, "https://example.com/?a=%41&b='1'"],
    "phone": [None, "+55 11 99999-0000", "11999990000"],
    "tiers": [None, "\nGold\n", "\nGold\na,b\n"],
}  # fmt: skip
UNIQUE = ("code", "ref")

Cell = tuple[str, str]  # record and field; the field "" is the record itself
Stack = tuple[int, ...]


@dataclass
class Act:
    """What a change-set did: each cell's stack before and after, the value before, and records that came or went."""

    change_set: ChangeSet
    family: int
    cells: dict[Cell, tuple[Stack, Stack, Any]] = field(default_factory=dict)
    came: set[str] = field(default_factory=set)
    went: dict[str, dict[str, Any]] = field(default_factory=dict)
    stacks: dict[str, Stack] = field(default_factory=dict)  # of the records it updated, when it did


@dataclass
class Model:
    """What is stored, how the stacks are, and all acts in their order."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    stacks: dict[Cell, Stack] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)

    def observe(self, change_set: ChangeSet, now: dict[str, dict[str, Any]], family: int | None = None) -> None:
        """Takes in what an act did."""
        act = Act(change_set, family or change_set.pk)
        for record in {*self.records, *now}:
            before, after = self.records.get(record), now.get(record)
            if before is None:
                act.came.add(record)
                self._touch(act, (record, ""), None)
            elif after is None:
                act.went[record] = before
                self._touch(act, (record, ""), None)
            else:
                for name in (name for name in after if before[name] != after[name]):
                    act.stacks[record] = self.stacks.get((record, ""), ())
                    self._touch(act, (record, name), before[name])
        self.records = now
        self.acts.append(act)

    def _touch(self, act: Act, cell: Cell, value: Any) -> None:
        before = self.stacks.get(cell, ())
        after = before[:-1] if before and before[-1] == act.family else (*before, act.family)
        act.cells[cell] = (before, after, value)
        self.stacks[cell] = after

    def undone(self, act: Act, only: str | None) -> tuple[dict[str, dict[str, Any]], undoing.UndoCounts, set]:
        """The records after the act is taken back, the counts, and what is kept: record, field, reason."""
        plan = Plan(self, act)
        for cell in act.cells:
            if only in {None, cell[0]}:
                plan.consider(cell)
        plan.respect_unique_values()
        return plan.result(), plan.counts(), {(*cell, reason) for cell, reason in plan.kept.items()}


@dataclass
class Plan:
    model: Model
    act: Act
    back: set[Cell] = field(default_factory=set)
    kept: dict[Cell, str] = field(default_factory=dict)

    def consider(self, cell: Cell) -> None:
        record, name = cell
        _before, after, _value = self.act.cells[cell]
        now = self.model.stacks[cell]
        if (self.act.family in now) != (self.act.family in after):
            return  # taken back already
        if now == after and self._record_is_as_it_was(record, name):
            self.back.add(cell)
        else:
            self.kept[cell] = "changed"

    def _record_is_as_it_was(self, record: str, name: str) -> bool:
        if name:
            return self.model.stacks.get((record, ""), ()) == self.act.stacks[record]
        mine = {cell: stack for cell, stack in self.model.stacks.items() if cell[0] == record and cell[1]}
        return all(stack == self._then(cell) for cell, stack in mine.items())

    def _then(self, cell: Cell) -> Stack:
        """The stack of a cell when the act was done."""
        later = self.model.acts[self.model.acts.index(self.act) + 1 :]
        return next((act.cells[cell][0] for act in later if cell in act.cells), self.model.stacks[cell])

    def respect_unique_values(self) -> None:
        while blocked := self._blocked():
            self.back -= blocked
            self.kept |= dict.fromkeys(blocked, "unique")

    def _blocked(self) -> set[Cell]:
        final = self.result()
        taken = [(cell, final[cell[0]], [cell[1]] if cell[1] else UNIQUE) for cell in self.back if cell[0] in final]
        return {
            cell
            for cell, values, names in taken
            for name in names
            if name in UNIQUE and values[name] is not None
            if any(other is not values and other[name] == values[name] for other in final.values())
        }

    def result(self) -> dict[str, dict[str, Any]]:
        records = {record: dict(values) for record, values in self.model.records.items()}
        for record, name in self.back:
            if name:
                records[record][name] = self.act.cells[record, name][2]
            elif record in self.act.came:
                del records[record]
            else:
                records[record] = dict(self.act.went[record])
        return records

    def counts(self) -> undoing.UndoCounts:
        restored = {record for record, name in self.back if name or record in self.act.went}
        kept = {record for record, _name in self.kept} - {record for record, _name in self.back}
        values = sum(1 for _record, name in self.back if name), sum(1 for _record, name in self.kept if name)
        removed = sum(1 for record, name in self.back if not name and record in self.act.came)
        return undoing.UndoCounts(len(restored), removed, len(kept), *values)


NAMES = st.sampled_from([*sorted(VALUES), *["ref"] * 8, "note", "note"])  # what many steps touch is where the law bites


def value_of(name: str) -> st.SearchStrategy:
    return st.tuples(st.just(name), st.sampled_from(VALUES[name]))


@st.composite
def an_import(draw: st.DrawFn) -> tuple[str, list[str], list[list[Any]]]:
    """Columns and rows; the key comes first."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True))
    return "import", ["code", *names], [[code, *(draw(st.sampled_from(VALUES[name])) for name in names)] for code in codes]


EDITS = st.tuples(st.just("edit"), st.sampled_from(CODES), NAMES.flatmap(value_of))
DELETIONS = st.tuples(st.just("delete"), st.sampled_from(CODES))
UNDOS = st.tuples(st.just("undo"), st.integers(0, 12), st.sampled_from([None, None, None, *CODES]))
STEPS = st.lists(st.one_of(an_import(), an_import(), EDITS, DELETIONS, UNDOS, UNDOS, UNDOS), min_size=6, max_size=18)


@pytest.fixture
def parts(define):
    types = {
        "ref": FieldDefinition("ref", "Varchar 10", unique=True),
        "code": FieldDefinition("code", "Varchar 50", unique=True),
        "note": "Varchar 100", "story": "Text", "size": "Integer", "count": "Long", "price": "Decimal", "born": "Date",
        "seen": "Date and Time", "vip": "Boolean", "share": "Percent", "hour": "Time", "page": "URL", "phone": "Phone",
        "tiers": FieldDefinition("tiers", "Choices", options={"choices": [{"value": "Gold"}, {"value": "a,b"}]}),
    }  # fmt: skip
    return define(**types)


def stored(parts) -> dict[str, dict[str, Any]]:
    names = ["code", *VALUES]
    return {record.pk: {name: getattr(record, name) for name in names} for record in parts.objects.all()}


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_an_undo_does_what_the_model_says(parts, write, admin, settings, steps):
    settings.IMPORT_CHUNK_ROWS = 2
    with rolled_back():
        model = Model()
        for step in steps:
            note(repr(step))
            STEP[step[0]](model, parts, write, admin, *step[1:])
            assert stored(parts) == model.records


def do_import(model, parts, write, admin, columns, rows) -> None:
    model.observe(write(" ".join(columns), *rows, model=parts), stored(parts))


def do_edit(model, parts, write, admin, code, change) -> None:
    name, value = change
    record = parts.objects.filter(code=code).first()
    try:
        if record is None or saving.update(record, {name: value}, by=admin).crm_version == record.crm_version:
            return
    except InvalidRecord:
        return
    model.observe(ChangeSet.objects.first(), stored(parts))


def do_delete(model, parts, write, admin, code) -> None:
    record = parts.objects.filter(code=code).first()
    if record is not None:
        saving.delete(record, by=admin)
        model.observe(ChangeSet.objects.first(), stored(parts))


def do_undo(model, parts, write, admin, number, code) -> None:
    if not model.acts:
        return
    act = model.acts[number % len(model.acts)]
    only = next((record for record, values in model.records.items() if values["code"] == code), "") if code else ""
    undo = undoing.open_undo(act.change_set, by=admin, record_id=only)
    expected, counts, kept = model.undone(act, only or None)

    assert undoing.rehearse(undo) == counts
    assert stored(parts) == model.records
    assert undoing.run(undo, by=admin) == counts
    assert set(Kept.objects.filter(undo=undo).values_list("record_id", "field", "reason")) == kept
    assert stored(parts) == expected
    model.observe(undo.change_set, expected, act.family)


STEP = {"import": do_import, "edit": do_edit, "delete": do_delete, "undo": do_undo}
