"""Letters that a person prints and posts."""

from acquit.channels.paper import PRINTING

PROVIDER = PRINTING
