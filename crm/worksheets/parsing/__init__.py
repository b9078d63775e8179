"""Workbooks as streams of rows. Runs in a limited process of its own (see `crm.worksheets.confining`) and knows no Django."""
