"""Lists of invoices or of open items, CSV or Excel."""

from acquit.sources.invoices.reader import InvoiceList

SOURCE = InvoiceList()
