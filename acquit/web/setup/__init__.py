"""« Réglages »: who writes, under which rules, and what is missing before anything can leave."""
