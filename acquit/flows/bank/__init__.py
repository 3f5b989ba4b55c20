"""What a bank line is taken to pay."""
