"""Reads a file of any format into rows."""
