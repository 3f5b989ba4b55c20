"""What came back from the debtors: kept, identified, and what a person makes of it."""
