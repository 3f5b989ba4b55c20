"""« À traiter »: everything that waits for a person, in one list."""
