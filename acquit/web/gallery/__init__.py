"""The sheet of components, to be looked at."""
