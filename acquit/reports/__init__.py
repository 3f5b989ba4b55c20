"""Read-only numbers: SQL in, frozen rows out, proven equal to the core on random ledgers."""
