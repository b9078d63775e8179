"""The form of the review: every guess as a control, so that it works by reload alone and nothing typed is lost."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.records.validating import writable_fields
from crm.schema import fieldtypes
from crm.worksheets.importing import limits
from crm.worksheets.mapping import column_mapping
from crm.worksheets.mapping.choices import ColumnChoices, ImportChoices
from crm.worksheets.mapping.inspection import ColumnInspection
from crm.worksheets.mapping.synonyms import FULL_NAME
from crm.worksheets.review import column_controls, controls, rivals
from crm.worksheets.review.file_controls import file_controls
from crm.worksheets.review.initial_values import initial_values
from crm.worksheets.review.reviewing import Review

MOST_OPTIONS = 20_000  # of all columns together; beyond, a field is typed with suggestions instead of picked from a list
SPARE = 1  # rows for further fixed values


class ReviewForm(forms.Form):
    """Bound or not, it holds what is chosen; `chosen` returns it as ImportChoices."""

    mode = forms.ChoiceField(label=gettext_lazy("What may happen"), choices=controls.MODES, widget=forms.RadioSelect)
    empty = forms.ChoiceField(label=gettext_lazy("An empty cell"), choices=controls.EMPTY, widget=forms.RadioSelect)
    empty_key = forms.ChoiceField(
        label=gettext_lazy("A row without its key, or that looks like a total"),
        choices=controls.EMPTY_KEY,
        widget=forms.RadioSelect,
        required=False,
    )
    duplicates = forms.ChoiceField(
        label=gettext_lazy("Of several rows for one record"), choices=controls.DUPLICATES, widget=forms.RadioSelect
    )
    atomic = forms.ChoiceField(label=gettext_lazy("As a whole"), choices=controls.WHOLE, widget=forms.RadioSelect, required=False)
    stop = forms.BooleanField(label=gettext_lazy("Stop if anybody changed one of these records in between"), required=False)

    max_refused = controls.LimitField(
        label=gettext_lazy("Rows that may be refused"), required=False,
        help_text=gettext_lazy("A number or a share such as 5%. Beyond it nothing is written until a manager agrees."),
    )  # fmt: skip
    max_changed = controls.LimitField(label=gettext_lazy("Records that may be created or changed"), required=False)
    max_leave = controls.LimitField(label=gettext_lazy("Members that may leave"), required=False)

    def __init__(self, data: Any = None, *, review: Review, holds_limits: bool = False) -> None:  # Any: Django's own
        """`holds_limits`: for somebody who may not change a limit that stopped the worksheet or came with its recipe."""
        self.review, self.entity = review, review.model.entity
        super().__init__(data, initial=initial_values(review))
        self.fields |= {**dict(file_controls(review)), **dict(rivals.rival_controls(review))}
        self._add_columns()
        self._add_keys()
        self._add_fixed()
        self._add_consent()
        self._add_replace()
        if holds_limits:
            self._hold_limits()

    @cached_property
    def is_typed(self) -> bool:
        """Return True if fields are typed with suggestions, since lists would be too long."""
        return len(self.review.inspection.columns) * len(self.offered_fields) > MOST_OPTIONS

    @cached_property
    def offered_fields(self) -> list[tuple[str, str]]:
        return [
            ("id", _("Record id")),
            *((field.name, f"{field.label} ({field.name})") for field in writable_fields(self.entity)),
            *self._whole_names(),
        ]

    def _whole_names(self) -> Iterator[tuple[str, str]]:
        """Of entities that know a first and a last name."""
        parts = [self.entity.field(name) for name in column_mapping.parts_of(FULL_NAME)]
        if all(parts):
            yield FULL_NAME, _("%(first)s and %(rest)s, divided") % {
                "first": getattr(parts[0], "label", ""), "rest": getattr(parts[1], "label", "")
            }  # fmt: skip

    def column_fields(self, position: int) -> list[forms.BoundField]:
        """How the cells of a column are read, apart from what it fills."""
        return [self[name] for way in column_controls.READINGS if (name := f"{way}_{position}") in self.fields]

    @property
    def fixed(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Field and value of each value that all rows get."""
        places = (name.removeprefix("set_field_") for name in self.fields if name.startswith("set_field_"))
        return [(self[f"set_field_{place}"], self[f"set_value_{place}"]) for place in places]

    def takes(self, position: int) -> forms.BoundField | None:
        """Which records a column is taken for, unless it is (part of) the key."""
        name = f"takes_{position}"
        return self[name] if name in self.fields and self._filled_by(position) not in {"id", *self.review.choices.keys} else None

    def meanings(self, position: int) -> list[tuple[forms.BoundField, int]]:
        """The values of a column, each with how often it stands there."""
        counts = self.review.inspection.columns[position].values.values()
        return [
            (self[f"meaning_{position}_{n}"], count) for n, count in enumerate(counts) if f"meaning_{position}_{n}" in self.fields
        ]

    def chosen(self) -> ImportChoices:
        """Call when it is valid."""
        data = self.cleaned_data
        headers = self.review.inspection.headers
        filled = {header: name for place, header in enumerate(headers) if (name := data.get(f"column_{place}"))}
        filled = rivals.chosen_columns(self.review, data) | filled
        return replace(
            self.review.choices,
            keys=data["keys"] or ["id"],
            mode=data["mode"],
            map=filled,
            ignore=[header for header in headers if header not in filled],
            set=dict(self._fixed()),
            replace=data.get("replace", ""),
            empty=data["empty"],
            empty_key=data["empty_key"] or self.review.choices.empty_key,
            duplicates=data["duplicates"],
            encoding=data.get("encoding", ""),
            delimiter=data.get("delimiter", ""),
            sheet=self._sheet(),
            header=data["header"],
            labels=data["labels"],
            allow_consent=data.get("allow_consent", False),
            atomic=bool(data["atomic"]),
            stop=data["stop"],
            max_refused=data["max_refused"],
            max_changed=data["max_changed"],
            max_leave=data["max_leave"],
            columns={header: own for place, header in enumerate(headers) if (own := self._column(place)) != ColumnChoices()},
        )

    def unfilled(self) -> list[str]:
        """The fields that none of their columns is to fill; call when it is valid."""
        return rivals.unfilled_fields(self.review, self.cleaned_data)

    def clean(self) -> dict[str, Any]:  # Any: Django's own
        """Values that every row gets are typed in the person's language, and kept in the machine's form."""
        for place in range(len(self.review.choices.set) + SPARE):
            if field := self.entity.field(self.cleaned_data.get(f"set_field_{place}", "")):
                try:
                    text = controls.machine_value(field, self.cleaned_data[f"set_value_{place}"])
                except fieldtypes.InvalidValue as refusal:
                    self.add_error(None, f"{field.label}: {refusal}")
                else:
                    self.cleaned_data[f"set_value_{place}"] = text
        return self.cleaned_data

    def _add_columns(self) -> None:
        for position, column in enumerate(self.review.inspection.columns):
            self.fields[f"column_{position}"] = self._column_field(column)
            field = self.entity.field(self._filled_by(position))
            if field:
                label = _("For whom %s is taken") % column.header
                self.fields[f"takes_{position}"] = forms.ChoiceField(label=label, choices=controls.takes(field), required=False)
                own = self.review.choices.column(column.header)
                self.fields |= dict(column_controls.reading_controls(position, column, field, own, posted=self.data))

    def _column_field(self, column: ColumnInspection) -> forms.Field:
        label = _("%s fills") % column.header
        if self.is_typed:
            return controls.FieldName(label=label, required=False, names=dict(self.offered_fields))
        return forms.ChoiceField(label=label, choices=[(controls.IGNORE, _("nothing")), *self.offered_fields], required=False)

    def _add_keys(self) -> None:
        """What is unique, and what the worksheet fills: several fields together may identify a record."""
        names = {*self.review.choices.set, *(self._filled_by(place) for place in range(len(self.review.inspection.columns)))}
        likely = [("id", _("Record id"))] if "id" in names else []  # together with others it would find nobody
        for field in self.entity.visible_fields:
            if field.column and (field.unique or field.name in names):
                likely.append((field.name, _("%s (unique)") % field.label if field.unique else field.label))
        self.fields["keys"] = forms.MultipleChoiceField(
            label=_("Rows find their record by"), choices=likely, widget=forms.CheckboxSelectMultiple, required=False,
            help_text=_("A field that is unique, or several that together are."),
        )  # fmt: skip

    def _add_fixed(self) -> None:
        fields = [("", "—"), *((field.name, field.label) for field in writable_fields(self.entity))]
        for place in range(len(self.review.choices.set) + SPARE):
            self.fields[f"set_field_{place}"] = forms.ChoiceField(
                label=_("Field that every row gets"), choices=fields, required=False
            )
            self.fields[f"set_value_{place}"] = forms.CharField(label=_("Its value"), required=False)

    def _add_consent(self) -> None:
        filled = {self._filled_by(place) for place in range(len(self.review.inspection.columns))}
        if column_mapping.CONSENT & filled or column_mapping.consents_by_default(self.entity):
            self.fields["allow_consent"] = forms.BooleanField(
                label=_("These people agreed, and I may record it: take over consent and approval"), required=False
            )

    def _add_replace(self) -> None:
        """Offered for the clusters that the worksheet fills."""
        named = {*self.review.choices.set, *(self._filled_by(place) for place in range(len(self.review.inspection.columns)))}
        labels = {name: chip.label for name, chip in self.review.clusters.items() if name in named and self._is_kept(name)}
        if (chosen := self.review.choices.replace) and (field := self.entity.field(chosen)):  # by a command: any Boolean
            labels.setdefault(chosen, field.label)
        if labels:
            options = [("", _("stays as they are")), *((name, _("leaves %s") % label) for name, label in labels.items())]
            self.fields["replace"] = forms.ChoiceField(
                label=_("Who is not in this list"), choices=options, widget=forms.RadioSelect, required=False
            )

    def _hold_limits(self) -> None:
        """What is posted for them does not count."""
        for name in limits.held_limits(self.review.worksheet):
            self.fields[name].disabled = True
            self.fields[name].help_text = _("It stopped this worksheet or came with its recipe: only a manager may change it.")

    def _is_kept(self, name: str) -> bool:
        field = self.entity.field(name)
        return field is not None and field.type == "Boolean"

    def _filled_by(self, position: int) -> str:
        name = f"column_{position}"
        return str(self.data.get(name, "") if self.is_bound else self.initial.get(name, ""))

    def _fixed(self) -> Iterator[tuple[str, str]]:
        for place in range(len(self.review.choices.set) + SPARE):
            if name := self.cleaned_data.get(f"set_field_{place}"):
                yield name, self.cleaned_data[f"set_value_{place}"]

    def _sheet(self) -> str:
        """Keeps the stored choice if the sheet that was found is posted again."""
        picked, stored = str(self.cleaned_data.get("sheet", "")), self.review.choices.sheet
        return stored if picked == self.review.format.sheet else picked

    def _column(self, position: int) -> ColumnChoices:
        column = self.review.inspection.columns[position]
        is_key = self._filled_by(position) in (self.cleaned_data["keys"] or ["id"])
        return column_controls.chosen_column(self, position, column, self.review.choices.column(column.header), is_key=is_key)
