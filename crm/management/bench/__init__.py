"""What `make bench` measures: each result beside raw statements and beside libraries, in one run."""
