"""Which column of a worksheet fills which field: looked at, guessed, chosen, remembered."""
