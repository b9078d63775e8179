"""Imports and exports of worksheets: map, rehearse, import, export."""
