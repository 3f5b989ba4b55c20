"""« Mise en route »: what is still to be set up before a first reminder leaves, in order, from facts."""
