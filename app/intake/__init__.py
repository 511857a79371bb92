"""Intake: both lists from spreadsheets, row by row, with what was refused and why."""
