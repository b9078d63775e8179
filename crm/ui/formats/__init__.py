"""One style of dates, times and numbers for each language, on all pages: Django's short one."""
