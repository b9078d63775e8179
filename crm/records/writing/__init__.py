"""Writes one record: validated, locked, compared, saved and recorded in the history."""
