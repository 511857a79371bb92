"""The door to ``matching``: plain values in, plain values out, and nothing else crosses."""
