"""What comes back by e-mail, read: bytes in, frozen facts out. No clock, no network, no database."""
