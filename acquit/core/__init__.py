"""What is true and what should happen: pure functions of facts, standard library only."""
