"""From the decision of the day to the message that left."""
