"""From draft to tables: planned, shown, applied, reverted, purged."""
