"""Answers: whose they are, what keeping one sets off, what a person made of it."""
