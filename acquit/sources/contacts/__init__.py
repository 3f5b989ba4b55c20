"""Lists of debtors and of whom to write to, CSV or Excel."""

from acquit.sources.contacts.reader import ContactList

SOURCE = ContactList()
