"""The same bank as in `banking`, in another format."""

from tests.flows.banking import PlainBank

SOURCE = PlainBank("bank_b")
