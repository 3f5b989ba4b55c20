"""The demo's mailbox: the mails that left, as their readers got them."""
