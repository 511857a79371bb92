"""What is said to a person whose session is over."""

from app.errors import Unauthenticated
from app.shared.i18n import N_


class CodeNeeded(Unauthenticated):
    """Nobody has entered a code, or it was too long ago."""

    title = N_("Please enter your code")
    door = "/my/in"
    acts = ((N_("Please enter your code"), "/my/in"),)
