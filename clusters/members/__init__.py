"""Who joins and leaves a cluster that people fill."""
