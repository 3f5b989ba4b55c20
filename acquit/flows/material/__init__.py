"""What several flows work with: nouns, no verb of the product."""
