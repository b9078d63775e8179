"""Clusters compared: with one another (overlaps), and their members with everybody (profile)."""
