"""Which column of a worksheet fills which field: inspected, guessed, chosen, remembered."""
