"""Workbooks as streams of rows. Runs in a limited process of its own
(see `crm.worksheets.formats.reading.sandbox`) and knows no Django."""
