"""How two definitions differ."""

from dataclasses import replace

import pytest

from crm.schema.definitions import EntityDefinition, FieldDefinition, IndexDefinition, KeptColumn
from crm.schema.publishing.comparing import differences

CODE = FieldDefinition("code", "Varchar 50")
STORES = EntityDefinition("SO", {"en": "Stores"}, (CODE,))


def with_code(**changes) -> EntityDefinition:
    return replace(STORES, fields=(replace(CODE, **changes),))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, None, []),
        (None, STORES, ["The entity is new."]),
        (STORES, None, ["The entity is gone."]),
        (STORES, STORES, []),
        (STORES, replace(STORES, names={"en": "Shops"}), ["Its name changes from “Stores” to “Shops”."]),
        (STORES, replace(STORES, fields=()), ["code (Varchar 50) is gone."]),
        (replace(STORES, fields=()), STORES, ["code (Varchar 50) is new."]),
        (STORES, with_code(hidden=True), ["code is hidden."]),
        (with_code(hidden=True), STORES, ["code is restored."]),
        (STORES, with_code(type="Integer"), ["code changes from Varchar 50 to Integer."]),
        (STORES, with_code(searchable=False), ["code: searchable from yes to no."]),
        (STORES, with_code(default="a"), ["code: default from nothing to “a”."]),
        (STORES, with_code(labels={"en": "Code"}), ["code: label from nothing to en “Code”."]),
        (
            with_code(options={"choices": [{"value": "a"}]}),
            with_code(options={"choices": [{"value": "a"}, {"value": "b"}]}),
            ["code: settings of the type from choices “a” to choices “a”, “b”."],
        ),
        (STORES, replace(STORES, indexes=(IndexDefinition("by", ("code",)),)), ["Index by over code is new."]),
        (replace(STORES, indexes=(IndexDefinition("by", ("code",)),)), STORES, ["Index by over code is gone."]),
        (replace(STORES, kept=(KeptColumn("crm_old2_code", CODE, 2),)), STORES, ["What code was as Varchar 50 is purged."]),
    ],
)
def test_differences_are_sentences(before, after, said):
    assert differences(before, after) == said
