"""Files in and out: map, rehearse, import, export."""
