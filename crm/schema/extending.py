"""What the rest of the site shows of the schema: the extension points that it fills."""

from crm.extensions import extensions
from crm.schema.designs import navigation

extensions.other_forms = navigation.other_forms
