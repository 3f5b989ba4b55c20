"""« Contrôle des données »: what looks wrong in the creditor's own data, and duplicates to merge."""
