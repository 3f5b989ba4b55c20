"""Registered letters that Maileva prints and posts, with their proofs."""

from acquit.channels.maileva import Maileva
from acquit.channels.maileva_api import Product

PROVIDER = Maileva(Product(path="registered_mail/v4", registered=True))
