"""English: 12/31/2026 11:59 p.m., 1,234.50."""

DATE_FORMAT = SHORT_DATE_FORMAT = "m/d/Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "m/d/Y g:i a"
TIME_FORMAT = "g:i a"  # Django's `P` leaves minutes out, and writes “noon”, which nobody types
