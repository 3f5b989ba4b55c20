"""Statements of SWIFT (MT940), as banks write them."""

from acquit.sources.mt940.reader import Mt940

SOURCE = Mt940()
