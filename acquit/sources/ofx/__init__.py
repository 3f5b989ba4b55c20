"""Statements in OFX, versions 1 (SGML) and 2 (XML)."""

from acquit.sources.ofx.reader import Ofx

SOURCE = Ofx()
