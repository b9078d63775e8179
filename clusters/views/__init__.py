"""Pages of the clusters: catalogue, new, one cluster, its rule, why somebody is in."""
