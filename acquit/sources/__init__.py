"""How foreign files become rows: one folder a format, each pure: bytes in, tables out."""
