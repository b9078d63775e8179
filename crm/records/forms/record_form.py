"""The form of one record: its inputs as an administrator laid them out, and what was typed into them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from crm.extensions import ListedCluster
from crm.parameters import whole_number
from crm.people.actors import Actor
from crm.records.forms.conditions import FormVerdict, is_conditional, judged
from crm.records.forms.fieldsets import build_layout
from crm.records.forms.inputs import default_input, form_field, is_silent, is_upload, mark_required
from crm.records.forms.record_clusters import OWN_FIELD, ClusterLine
from crm.records.forms.record_view import RecordView
from crm.records.forms.widgets import REMOVE
from crm.records.lists.reference_choices import title_of
from crm.records.validating import clean_value
from crm.records.writing.attachments import FileChange
from crm.schema import fieldtypes
from crm.schema.fieldtypes import InvalidValue
from crm.schema.fieldtypes.local_format import as_typed
from crm.schema.record import held

# Names the page's boxes, in one parameter since Django limits their number: an unchecked box is not sent,
# and must differ from one that was never shown.
SHOWN = "_shown"
OWN_INPUTS = {"crm_version", "id"}  # inputs that are no fields of the record


class RecordForm(forms.Form):
    """Validates only what the form itself requires; the one validator does the rest when the record is saved."""

    def __init__(
        self, view: RecordView, *, actor: Actor, data: Any = None, files: Any = None, auto_id: str = "id_%s"
    ) -> None:  # Any: Django's posted data
        super().__init__(data, files, auto_id=auto_id)
        self.view = view
        self.fields |= dict(self._own_inputs())
        before = list(self.fields)
        for place in view.places:
            self.fields[place.field.name] = form_field(place, view, actor)
            if self.is_bound and fieldtypes.is_relation(place.field):
                self.fields[place.field.name].widget.attrs["data-title"] = title_of(self.data.get(place.field.name), place.field)
        self.verdict = self._verdict()
        self.helper = build_layout(view, self.verdict.unseen, *before)

    @cached_property
    def cluster_lines(self) -> list[ClusterLine]:
        """The clusters on the page, in the catalogue's order."""
        beside = self.view.clusters
        return [self._cluster_line(cluster, cluster.name in beside.members) for cluster in beside.shown] if beside else []

    @property
    def inside_lines(self) -> list[ClusterLine]:
        return [line for line in self.cluster_lines if line.is_in]

    @property
    def outside_lines(self) -> list[ClusterLine]:
        return [line for line in self.cluster_lines if not line.is_in]

    @property
    def clusters_title(self) -> str:
        return next((section.title for section in self.view.layout.sections if section.is_clusters), "")

    @property
    def switches(self) -> list[str]:
        """Boxes, alone and in groups."""
        return [name for name, field in self.fields.items() if is_silent(field) and not field.disabled]

    def values(self) -> dict[str, Any]:  # Any: raw values
        """What was typed, by field: only what differs from what is stored, so that an old fault is not reported again.

        A new record also gets what the form gives it in places that cannot be filled in.
        """
        typed = {name: typed for name, typed in self.typed().items() if self._differs(name, typed)}
        return typed if self.view.record else {**self._given(), **typed}

    def typed(self) -> dict[str, Any]:
        """What was typed where the form shows a field."""
        return {name: typed for name, typed in self.sent().items() if name not in self.verdict.unseen}

    def sent(self) -> dict[str, Any]:
        """What came with the page, shown or not."""
        inputs = {name: field for name, field in self.fields.items() if name not in OWN_INPUTS and not is_upload(field)}
        return {name: self._typed(name) for name, field in inputs.items() if not field.disabled and self._sent(name)}

    @property
    def is_conditional(self) -> bool:
        return any(map(is_conditional, self.view.places))

    def looks(self) -> dict[str, dict[str, Any]]:
        """How each place with a rule looks with what was typed."""
        names = [place.field.name for place in self.view.places if is_conditional(place)]
        return {
            name: {
                "shown": name not in self.verdict.unseen,
                "required": "aria-required" in self.fields[name].widget.attrs,
                "label": str(self.fields[name].label),
            }
            for name in names
        }

    def file_changes(self) -> dict[str, FileChange]:
        seen = {name: field for name, field in self.fields.items() if name not in self.verdict.unseen}
        uploads = (name for name, field in seen.items() if is_upload(field) and not field.disabled)
        changes = {name: FileChange(self._uploaded(name), frozenset(self._listed(REMOVE + name))) for name in uploads}
        return {name: change for name, change in changes.items() if change.added or change.removed}

    def expected_version(self) -> int | None:
        """The version that the page showed; a text that is no number is as good as none."""
        return whole_number(str(self.data.get("crm_version", "")))

    def clean(self) -> dict[str, Any]:
        for place in self.view.places:
            name = place.field.name
            is_required = place.required or name in self.verdict.required
            if is_required and self._is_validated(name) and self._is_empty(name):
                self.add_error(name, _("This field is required."))
        return self.cleaned_data

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Shows the reasons next to their fields, or at the top when the page does not show the field; a field has one."""
        for name, reason in errors.items():
            if name in self.errors:
                continue  # the form has said what is wrong there
            on_page = name in self.fields and name not in self.verdict.unseen
            self.add_error(name if on_page else None, reason if on_page or not name else f"{name}: {reason}")

    def record_id(self) -> str | None:
        """The id that a new record is given, where ids are given."""
        return str(self.data.get("id", "")).strip() or None if "id" in self.fields else None

    def _cluster_line(self, cluster: ListedCluster, is_in: bool) -> ClusterLine:
        name = cluster.field
        if cluster.kind not in OWN_FIELD or name not in self.fields:
            return ClusterLine(cluster, is_in)
        bound, place = self[name], next(place for place in self.view.places if place.field.name == name)
        role = {"role": "switch"} if cluster.kind == "hand" else {}
        shown = bound.as_widget(attrs={"class": "form-check-input", **role})
        hidden = name in self.verdict.unseen
        return ClusterLine(cluster, is_in, shown, bound.id_for_label, bound.help_text, is_conditional(place), hidden)

    def _own_inputs(self) -> Iterator[tuple[str, forms.Field]]:
        """Inputs that are no fields of the record."""
        record = self.view.record
        yield "crm_version", forms.IntegerField(required=False, widget=forms.HiddenInput, initial=record and record.crm_version)
        if record is None and self.view.entity.key == "given":
            label = _("%(label)s (required)") % {"label": _("Record id")}
            yield (
                "id",
                forms.CharField(label=label, required=False, max_length=100, widget=forms.TextInput({"aria-required": "true"})),
            )

    def _verdict(self) -> FormVerdict:
        """What the form's rules say with what was typed; what they require is marked."""
        if not self.is_conditional:
            return FormVerdict()
        places = {place.field.name: place for place in self.view.places}
        verdict = judged(places.values(), self.view.before, self._typed_values(), self.view.conditions)
        for name in verdict.required:
            mark_required(self.fields[name], places[name].field)
        return verdict

    def _typed_values(self) -> dict[str, Any]:  # Any: typed values
        """What was typed as it would be stored; what does not fit its field counts as not typed."""
        found: dict[str, Any] = {}
        for name, raw in self.sent().items() if self.is_bound else ():
            field = self.view.entity.field(name)
            if field and (self.view.record is None or self._differs(name, raw)):
                with suppress(InvalidValue):
                    found[name] = clean_value(field, raw)
        files = (name for name, field in self.fields.items() if self.is_bound and is_upload(field) and not field.disabled)
        return found | {name: None if self._is_empty(name) else held(self.view.before, name) or [{}] for name in files}

    def _is_validated(self, name: str) -> bool:
        """What a page left out is not validated, unless other inputs make it required; of a new record everything is."""
        is_asked = self.view.record is None or self._sent(name) or name in self.verdict.required_now
        return is_asked and not self.fields[name].disabled and name not in self.verdict.unseen

    def _given(self) -> dict[str, Any]:  # Any: JSON values
        places = (place for place in self.view.places if place.read_only and place.default is not None)
        seen = (place for place in places if place.field.name not in self.verdict.unseen)
        return {place.field.name: place.default for place in seen if fieldtypes.is_writable(place.field)}

    def _is_empty(self, name: str) -> bool:
        field = self.fields[name]
        if not is_upload(field):
            is_stored = self.view.record is not None and not self._sent(name)
            value = held(self.view.before, name) if is_stored else self._typed(name)
            return value.strip() == "" if isinstance(value, str) else value in (None, [])
        remaining = {file.name for file in field.widget.files} - set(self._listed(REMOVE + name))
        return not remaining and not self._uploaded(name)

    def _uploaded(self, name: str) -> tuple[UploadedFile, ...]:
        return tuple(self.files.getlist(name)) if hasattr(self.files, "getlist") else ()

    def _listed(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

    def _sent(self, name: str) -> bool:
        return name in self.data or name in shown_boxes(self.data)

    def _typed(self, name: str) -> Any:
        return as_typed(self.fields[name].widget.value_from_datadict(self.data, self.files, name))

    def _differs(self, name: str, typed: Any) -> bool:
        shown = self.fields[name].initial if self.view.record else default_input(self.view.entity, name)
        return _as_sent(typed) != _as_sent(shown)


def shown_boxes(data: Any) -> set[str]:  # Any: Django's posted data, or a dict
    """The boxes that the page had; a cluster that somebody found on it names itself."""
    said = data.getlist(SHOWN) if hasattr(data, "getlist") else [data.get(SHOWN, "")]
    return {name for text in said for name in str(text).split()}


def _as_sent(value: Any) -> Any:
    """A text as browsers send it back: no text for nothing, line ends of their own."""
    if isinstance(value, list):
        return frozenset(value)
    if not isinstance(value, str):
        return "" if value is None else value
    return value.replace("\r\n", "\n").strip()
