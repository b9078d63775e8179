"""Why somebody is in a cluster or not."""
