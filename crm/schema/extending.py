"""Fills the extension points of `crm.extensions` for the schema."""

from crm.extensions import extensions
from crm.schema.designs import navigation

extensions.other_forms = navigation.other_forms
