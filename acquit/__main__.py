"""`python -m acquit` is `acquit`."""

from acquit.cli import main

main()
