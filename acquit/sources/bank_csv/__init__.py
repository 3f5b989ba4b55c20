"""Movements of an account as French banks export them, CSV or Excel."""

from acquit.sources.bank_csv.reader import BankList

SOURCE = BankList()
