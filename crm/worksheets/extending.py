"""Fills the extension points of `crm.extensions` for worksheets."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import SiteLink, extensions
from crm.worksheets import command_menu, dashboard

extensions.navigation[20] = SiteLink(_("Worksheets"), "/worksheets/", "read", "file-spreadsheet")
extensions.commands[20] = SiteLink(_("Upload a worksheet"), "/worksheets/new/", "import")
extensions.panels[30] = dashboard.imports
extensions.finders[15] = command_menu.find
