"""The periodic work. The clock is read here and handed down."""
