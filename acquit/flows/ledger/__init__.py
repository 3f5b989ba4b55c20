"""What comes in from books and files: invoices, payments, and what is wrong in them."""
