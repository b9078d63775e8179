"""The document of a customer: judged as a CPF where its type says that it is one."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.schema.definitions import EntityDefinition
from crm.schema.fieldtypes.cpf_cnpj import is_cpf


def document_errors(entity: EntityDefinition, changed: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with `document` in a record as it will be, judged when the document or its type changes."""
    if not changed.keys() & {"document", "documentType"} or not has_documents(entity):
        return {}
    number, kind = record.get("document"), record.get("documentType")
    if not number or str(kind or "").lower() != "cpf" or is_cpf(number):
        return {}
    return {"document": no_cpf(number)}


def no_cpf(number: str) -> str:
    return _("“%(value)s” is not a CPF: eleven digits, the last two of which check the others.") % {"value": number}


def has_documents(entity: EntityDefinition) -> bool:
    return entity.field("document") is not None and entity.field("documentType") is not None
