"""« Rapprochement »: what came in at the bank, what it may pay, and what a person makes of it."""
