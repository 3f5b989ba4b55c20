"""« Rapports »: every number as of any day, with its filters in the address and the list behind it."""
