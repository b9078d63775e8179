"""Verbs on forms: made, changed, taken back. A change is made to what is stored at that moment, whatever a page showed."""

from collections.abc import Callable

from django.db import transaction

from crm.schema.designs import FormDesign
from crm.schema.models import DataEntity, Form

Change = Callable[[FormDesign], FormDesign]


@transaction.atomic
def change_default(entity: DataEntity, change: Change) -> None:
    """Changes the entity's default form, if it has one."""
    form = entity.forms.select_for_update().filter(is_default=True).first()
    if form is not None:
        _store(form, change(form.content()))


def _store(form: Form, design: FormDesign) -> None:
    form.design = design.to_json()
    form.save(update_fields=["design"])
