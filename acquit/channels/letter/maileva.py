"""Letters that Maileva prints and posts."""

from acquit.channels.maileva import Maileva
from acquit.channels.maileva_api import Product

PROVIDER = Maileva(Product(path="mail/v2", registered=False))
