"""From a line of a bank statement to the payments that it is: what it may be, matched, undone."""
