"""What the product does, one verb a module: the only place with transactions and sends.

Flows do not call flows: they record facts and poke the account; only the day's plan decides.
"""
