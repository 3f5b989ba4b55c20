"""Templates: an organisation's own texts in place of the shipped ones, and their comparison."""
