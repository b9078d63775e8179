"""Exports and imports the schema as one file."""
