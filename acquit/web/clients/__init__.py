"""The clients: the list of accounts, and everything about one of them."""
