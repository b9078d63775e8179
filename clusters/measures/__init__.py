"""What `make bench` measures of clusters."""
