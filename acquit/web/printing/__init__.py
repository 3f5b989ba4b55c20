"""« Impression »: the letters to print, the batches at the printer, and what was posted."""
