"""What the sample tasks calculate in processes; light to import, as each new process does."""

import os


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()
