"""The web: screens, sign-in, and the only place (with cli and jobs) where the clock is read."""
