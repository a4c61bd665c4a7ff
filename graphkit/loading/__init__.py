"""A fact base into a store."""
