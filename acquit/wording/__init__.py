"""How facts become sentences: templates per language, reasons in words, letters."""
