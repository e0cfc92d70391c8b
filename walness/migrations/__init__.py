"""The tables of the street."""
