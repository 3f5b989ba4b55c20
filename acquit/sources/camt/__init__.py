"""Statements (camt.053) and advices (camt.054) of ISO 20022."""

from acquit.sources.camt.reader import Camt

SOURCE = Camt()
