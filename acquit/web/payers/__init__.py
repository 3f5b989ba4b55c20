"""« Habitudes de paiement »: how well it is known when clients pay, and the profiles that this speaks for."""
