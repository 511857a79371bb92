"""The demo: a county and a supply list that nobody lives in, made on the spot and taken in as a county would."""
