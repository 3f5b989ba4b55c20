"""What is said to the e-invoicing network, and answered."""
