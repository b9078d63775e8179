"""Pages of records: the list, one record, its history."""
