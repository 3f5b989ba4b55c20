"""The e-invoicing network: statuses received, collections declared."""
