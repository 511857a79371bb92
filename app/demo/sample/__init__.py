"""Sample lists: an invented exporting county and the vacancies offered to it, in sheets as counties keep them.

``write_sample(SampleOptions(...), folder)`` writes the demand list, the supply list and ``manifest.json``, which says
row by row what was planted (broken rows, oddities, violations), so that a reading of the sheets can be judged.
"""

from app.demo.sample.generate import SampleOptions, write_demand, write_sample, write_supply

__all__ = ["SampleOptions", "write_demand", "write_sample", "write_supply"]
