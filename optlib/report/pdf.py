"""Prints a report to PDF through an installed Chromium or Chrome, without a network and with a profile of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from ..atomic import write_atomically
from ..errors import OptlibError

VARIABLE = "OPTLIB_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
PRINT_SECONDS = 120
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_WINDOWS = ["Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe"]
_WINDOWS += ["Microsoft/Edge/Application/msedge.exe"]
_WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_QUIET = ["--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions"]
_QUIET += ["--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-breakpad"]
_QUIET += ["--no-pdf-header-footer"]
# The page's own policy forbids requests; this keeps the browser itself from asking anybody.
_NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND"
_INSTEAD = (
    f"Name another Chromium or Chrome in the environment variable {VARIABLE}, or leave out --pdf and print the HTML"
    " report from any browser."
)


def pdf_path(report: Path) -> Path:
    """Where the PDF of a report goes: beside it, with its name.

    Raises OptlibError where there is no browser to print with, or where the report has that name itself.
    """
    find_browser()
    if report.suffix.lower() == ".pdf":
        raise OptlibError(f"{report}: -o names the HTML file; the PDF is put beside it. Name it {report.stem}.html")
    return report.with_suffix(".pdf")


def print_pdf(report: Path, out: Path) -> Path:
    """Print an HTML report to a PDF and return where it was written.

    Raises OptlibError where there is no browser, where it fails or takes too long, and where the file can't be written;
    a PDF that was there stays.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="optlib-pdf-", dir=_scratch(), ignore_cleanup_errors=True) as folder:
        page, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        shutil.copyfile(report, page)
        own = [f"--user-data-dir={Path(folder) / 'profile'}", f"--print-to-pdf={printed}", page.as_uri()]
        said = _run([browser, *_QUIET, _NO_NETWORK, *_as_root(), *own], Path(folder) / "said.txt")
        content = printed.read_bytes() if printed.is_file() else b""
    if not (content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")):
        raise OptlibError(f"{browser} printed no PDF{_last_line(said)}. {_INSTEAD}")
    try:
        write_atomically(out, content)
    except OSError as error:
        raise OptlibError(f"{out}: the PDF can't be written: {error.strerror}") from None
    return out


def find_browser() -> str:
    """The program to print with: the one that OPTLIB_BROWSER names, else the first that is installed.

    Raises OptlibError saying what was looked for and what to do.
    """
    own = os.environ.get(VARIABLE, "")
    if own:
        if found := shutil.which(own):
            return found
        raise OptlibError(f"{VARIABLE} names {own}, which is not a program here. Correct it, or unset it.")
    places = [*NAMES, *_usual_places()]
    for place in places:
        if found := shutil.which(place):
            return found
    raise OptlibError(
        f"There is no browser to print a PDF with; looked for {', '.join(places)}. Install Chromium or Chrome (for"
        f" example: apt install chromium). {_INSTEAD}"
    )


def _usual_places() -> list[str]:
    """Where macOS and Windows keep browsers, which are on no PATH there."""
    if sys.platform == "darwin":
        folders = (Path("/Applications"), Path.home() / "Applications")
        return [str(folder / f"{name}.app/Contents/MacOS/{name}") for folder in folders for name in _MAC]
    roots = [Path(root) for name in _WINDOWS_FOLDERS if (root := os.environ.get(name)) and os.name == "nt"]
    return [str(root / program) for root in roots for program in _WINDOWS]


def _scratch() -> Path | None:
    """Where the browser may read and write: Ubuntu's, a snap, sees no other temporary folder of ours than its own."""
    snap = Path.home() / "snap" / "chromium" / "common"
    return snap if snap.is_dir() else None


def _as_root() -> list[str]:
    """Chromium refuses to start its sandbox as root, as in many containers; nobody else gives it up."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _run(command: list[str], log: Path) -> str:
    """Run the browser to its end and return what it said; none of its processes outlives this."""
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - the browser that was found, with arguments of ours
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=os.name == "posix"
        )
    try:
        process.wait(PRINT_SECONDS)
    except subprocess.TimeoutExpired:
        raise OptlibError(f"{command[0]} didn't finish printing in {PRINT_SECONDS} s. {_INSTEAD}") from None
    finally:
        _end(process)
    return log.read_text(encoding="utf-8", errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)  # noqa: S603, S607
    process.wait()


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"; it said last: {lines[-1]}" if lines else ""
