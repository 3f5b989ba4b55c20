"""FEC, the ledger file that every French accounting package can give (art. A47 A-1 LPF)."""

from acquit.sources.fec.reader import Fec

SOURCE = Fec()
