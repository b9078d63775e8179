"""Exports of a cluster on a schedule, to a file kept here or to an address."""
