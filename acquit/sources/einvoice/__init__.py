"""Electronic invoices: Factur-X and ZUGFeRD PDFs, CII and UBL."""

from acquit.sources.einvoice.reader import EInvoice

SOURCE = EInvoice()
