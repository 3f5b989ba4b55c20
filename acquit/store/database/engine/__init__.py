"""Django's PostgreSQL backend, which starts the embedded server and keeps to one organisation."""
