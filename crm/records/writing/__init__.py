"""One record: judged, locked, compared, written and remembered."""
