"""« Envois »: every message by its state, its attempts, and the exact bytes that left."""
