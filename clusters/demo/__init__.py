"""Demo data: a store's customers with addresses and orders, clusters of every kind, and a month of their history."""
