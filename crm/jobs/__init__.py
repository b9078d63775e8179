"""Background work: `start` queues it, a worker runs it, `Job` says how far it is."""
