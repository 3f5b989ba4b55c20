"""Which open items a sum of money may be the payment of, how sure that is, and why."""
