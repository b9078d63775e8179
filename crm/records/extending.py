"""What the rest of the site shows and asks of records: the extension points that they fill."""

from crm.extensions import extensions
from crm.records import command_menu, dashboard
from crm.records.backfilling import numbers
from crm.records.forms import preview
from crm.records.history import entity_removal

extensions.panels[10] = dashboard.numbers
extensions.panels[40] = dashboard.changes
extensions.finders[20] = command_menu.find
extensions.form_preview = preview.form_preview
extensions.give_numbers = numbers.give_numbers
extensions.cleanups["records"] = entity_removal.forget
