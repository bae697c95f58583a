"""What Lighthouse says of the report, on a phone and a desktop: as from a disk or a mail, and over a slow network.

As from a disk nothing is throttled. The slow network is Lighthouse's own, slow 4G on a phone: applied while the page
loads, and simulated, as is its default. The simulation takes no text to be shown before the whole file is there.
Lighthouse comes from npm and runs a Chromium of this machine; where npm is missing it says so.
Run: python benchmarks/lighthouse.py [WORKBOOK]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

from optlib import make_report
from optlib.report.pdf import find_browser

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = ROOT / "data" / "examples" / "optlib.yaml"
CATEGORIES = ("performance", "accessibility", "best-practices")
NETWORKS = {"as from a disk": "provided", "slow, applied": "devtools", "slow, simulated": "simulate"}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that keeps its log to itself."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the standard library
        """Say nothing."""


def audited(address: str, folder: Path, device: str, throttling: str) -> dict[str, Any]:
    """Lighthouse's own account of a page; its failure ends the benchmark."""
    out = folder / "lighthouse.json"
    command = ["npx", "--yes", "lighthouse", address, "--quiet", "--output=json", f"--output-path={out}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
    command += ["--preset=desktop"] if device == "desktop" else []
    command += [f"--throttling-method={throttling}"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "CHROME_PATH": find_browser()})
    return dict(json.loads(out.read_text(encoding="utf-8")))


def lowered(account: dict[str, Any]) -> list[str]:
    """The audits that cost points, each with what it found."""
    weighed = {ref["id"] for one in account["categories"].values() for ref in one["auditRefs"] if ref["weight"]}
    audits = [account["audits"][name] for name in sorted(weighed)]
    costly = [one for one in audits if one["score"] is not None and one["score"] < 0.9]
    return [f"{one['title']} ({one.get('displayValue') or one['score']})" for one in costly]


def main(workbook: Path) -> None:
    """Serve the default and the light report, audit each in every way, and print a table."""
    if not shutil.which("npx"):
        sys.exit("npx is not installed, so Lighthouse can't run; it comes with Node.js")
    print(f"| report | device | network | {' | '.join(CATEGORIES)} | what costs points |")
    print("|---|---|---|" + "---|" * (len(CATEGORIES) + 1))
    with tempfile.TemporaryDirectory() as name:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=name))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for kind in ("default", "light"):
            make_report(workbook, Path(name) / f"{kind}.html", light=kind == "light")
        for kind, device, network in product(("default", "light"), ("phone", "desktop"), NETWORKS):
            address = f"http://127.0.0.1:{server.server_port}/{kind}.html"
            account = audited(address, Path(name), device, NETWORKS[network])
            scores = [f"{account['categories'][one]['score'] * 100:.0f}" for one in CATEGORIES]
            print(
                f"| {kind} | {device} | {network} | {' | '.join(scores)} | {'; '.join(lowered(account)) or 'nothing'} |"
            )
        server.shutdown()
    print(f"\nLighthouse {account['lighthouseVersion']}, {account['environment']['hostUserAgent'].split()[-2]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WORKBOOK)
