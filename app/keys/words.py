"""What the tables with sealed values are called."""

from typing import Final

from app.shared.i18n import LazyText, lazy

TABLES: Final[dict[str, LazyText]] = {
    "second_factor": lazy("second factors"),
    "employer": lazy("contacts of employers"),
    "household": lazy("households"),
    "labourer": lazy("people of the demand list"),
    "grievance": lazy("complaints"),
    "import_file": lazy("sheets as they came"),
    "import_part": lazy("cells of sheets"),
    "import_row": lazy("rows of sheets"),
    "rights_request": lazy("requests of people"),
    "declaration": lazy("names of recorders"),
    "grievance_event": lazy("answers to complaints"),
    "grievance_party": lazy("those named in complaints"),
    "notice": lazy("messages"),
}
