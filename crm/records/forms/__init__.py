"""The page of one record: its inputs, laid out as a form says."""
