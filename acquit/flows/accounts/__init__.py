"""Who owes whom, and whom to write to."""
