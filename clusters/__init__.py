"""Clusters of customers: the catalogue over fields and rules."""
