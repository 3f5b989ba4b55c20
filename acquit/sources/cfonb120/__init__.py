"""Statements of French banks in records of 120 characters (CFONB)."""

from acquit.sources.cfonb120.reader import Cfonb120

SOURCE = Cfonb120()
