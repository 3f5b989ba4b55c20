"""« Tableau de bord »: the figures of the day, what comes in, what waits, and who owes most late."""
