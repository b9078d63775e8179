"""Set-wise writing: staging, difference, apply."""
