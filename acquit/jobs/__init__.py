"""What happens by itself: periodic work, waking accounts, sending what is ready."""
