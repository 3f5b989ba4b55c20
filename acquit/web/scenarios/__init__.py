"""The scenarios: read, compare, simulate, publish, choose."""
