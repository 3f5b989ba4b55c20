"""Registered letters that a person prints, takes to the post, and tells of."""

from acquit.channels.paper import PRINTING

PROVIDER = PRINTING
