"""What ``scripts/sample_data`` starts inside the environment: options as JSON, two sheets and a manifest written."""

import json
import sys
import time
from datetime import date
from pathlib import Path

from app.demo.sample.generate import SampleOptions, write_sample
from app.shared.clock import day_of, system_clock


def main(text: str) -> None:
    """Write the sample that the JSON options describe and say where it is."""
    given = json.loads(text)
    folder = Path(given.pop("out"))
    on = date.fromisoformat(given.pop("on")) if "on" in given else day_of(system_clock())
    started = time.monotonic()
    try:
        manifest = write_sample(SampleOptions(on=on, **given), folder)
    except (ValueError, OSError) as error:
        sys.exit(f"No sample was written: {error}")
    for sheet in (manifest["demand"], manifest["supply"]):
        broken = len(sheet["bad_rows"])
        sys.stdout.write(f"{folder / sheet['file']}: {sheet['rows']:,} rows, {broken:,} broken on purpose\n")
    sys.stdout.write(f"{folder / 'manifest.json'} names them. Written in {time.monotonic() - started:.1f} s.\n")


if __name__ == "__main__":
    main(sys.argv[1])
