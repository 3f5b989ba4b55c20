"""Announcements of insolvency in the BODACC, by SIREN: asked of its open API, or read from its export."""
