"""Who joined a cluster and who left it, when, and why: stored as events, read as a chart, a feed, and a state of any past day."""
