"""What the banks say: accounts, statements, lines, and which payment each line is."""
