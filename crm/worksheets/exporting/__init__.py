"""Exports records as files."""
