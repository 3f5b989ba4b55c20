"""Payers: what was learned of how debtors pay, and the profiles proposed from it."""
