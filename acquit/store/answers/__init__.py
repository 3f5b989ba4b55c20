"""What came back: mailboxes, what people wrote, and the files that came along."""
