"""Putting what a source read into the ledger: staged by COPY, merged by set-based SQL."""
