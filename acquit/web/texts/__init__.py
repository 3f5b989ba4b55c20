"""« Modèles »: the texts of messages, written by the organisation itself."""
