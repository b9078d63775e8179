"""From rows to records: prepared, converted, rehearsed, applied, undone."""
