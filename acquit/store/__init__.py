"""How facts are kept: thin Django apps, and the loading of facts for the core."""
