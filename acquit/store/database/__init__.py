"""The PostgreSQL that keeps the facts: embedded or elsewhere, its roles, and who may see which row."""
