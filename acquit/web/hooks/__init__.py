"""Where providers tell their news: no page of ours, and no person behind it."""
