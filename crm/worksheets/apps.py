"""Files in and out."""

from django.apps import AppConfig


class WorksheetsConfig(AppConfig):
    name = "crm.worksheets"
    label = "worksheets"
