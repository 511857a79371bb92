"""Rows for tests, one module per feature: say only what the test is about."""
