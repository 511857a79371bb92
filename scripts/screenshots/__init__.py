"""The pictures of docs/screens: a served demo, tours through its pages, and small PNG files."""
