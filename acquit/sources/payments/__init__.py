"""Lists of payments received, CSV or Excel."""

from acquit.sources.payments.reader import PaymentList

SOURCE = PaymentList()
