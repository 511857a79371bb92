"""Readers of single cells: each returns a value, or an issue that says what is wrong, never a guess."""
