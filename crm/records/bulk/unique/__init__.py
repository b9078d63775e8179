"""Unique values of a worksheet: once in it, of no other record, exchanged between rows."""
