"""The browser that tests and pictures of the pages need: a real one of the system, with Chinese letters."""

import os
import shutil
import subprocess
import sys

from environment import run

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = ["chromium", "fonts-noto-cjk"]


def require_browser(purpose: str, instead: str = "") -> None:
    """A browser and Chinese letters, installed where that is possible; otherwise say what to install, and end."""
    if any(map(shutil.which, BROWSERS)) and has_chinese_font():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' and '.join(PACKAGES)} …", file=sys.stderr, flush=True)
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        quiet = {"stdout": subprocess.DEVNULL}
        if run("apt-get", "update", **quiet) == 0 and run(
            "apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES, **quiet
        ) == 0:  # fmt: skip
            return
    sys.exit(
        f"{purpose} need Chromium and a Chinese font.\n"
        f"On Debian: apt-get install {' '.join(PACKAGES)}. {instead}".rstrip()
    )


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())
