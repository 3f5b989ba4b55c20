"""Life-cycle messages of the e-invoicing network (UN/CEFACT CDAR): read, and one of them written."""

from acquit.sources.cdar.reader import CdarMessage

SOURCE = CdarMessage()
