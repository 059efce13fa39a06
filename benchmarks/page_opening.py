"""`python -m benchmarks.page_opening RUN [--allure FOLDER] [--times N] [--shots FOLDER]`: how soon the page is there.

Opens the page of a run in chromium, by turns with the report that Allure 3 makes of the same run (`npx allure generate
RUN/allure-results -o FOLDER`), both from one server on this machine, with an empty cache each time. Printed is the
middle of all times, in milliseconds since the navigation began. `--shots` writes pictures of the page instead.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.support.wait import WebDriverWait

# Notes when the first result can be read: a row of ours, a test of Allure's tree.
_NOTE = """
const look = () => {
  if (document.querySelector('.cause, #rows tr, [data-testid="tree-leaf"]')) window.readable = performance.now();
  else setTimeout(look, 5);
};
look();
"""
_TIMES = """
const paint = performance.getEntriesByName('first-contentful-paint')[0];
return [paint?.startTime, window.readable, performance.getEntriesByType('navigation')[0].loadEventEnd];
"""
MOMENTS = ("first paint", "first result", "loaded")


def main() -> int:
    """Measure or take pictures, as the options say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page_opening", description=__doc__)
    parser.add_argument("run", type=Path, help="the folder of a run")
    parser.add_argument("--allure", type=Path, help="the report that Allure 3 made of the same run")
    parser.add_argument("--times", type=int, default=11, help="how often each is opened")
    parser.add_argument("--shots", type=Path, help="write pictures of the page into this folder")
    options = parser.parse_args()
    with _chromium() as browser:
        if options.shots:
            _take_pictures(browser, (options.run / "index.html").resolve().as_uri(), options.shots)
        else:
            _print_times(browser, options)
    return 0


@contextmanager
def _chromium() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    browser.set_script_timeout(120)
    try:
        yield browser
    finally:
        browser.quit()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of a folder on a server of this process."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _print_times(browser: Any, options: argparse.Namespace) -> None:
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": _NOTE})
    folders = {"deskcheck": options.run} | ({"Allure 3": options.allure} if options.allure else {})
    times: dict[str, list[list[float]]] = {name: [] for name in folders}
    for _ in range(options.times):
        for name, folder in folders.items():
            with _served(folder) as address:
                times[name].append(_opened(browser, address))
    print(f"{'ms, the middle of ' + str(options.times):24}" + "".join(f"{moment:>14}" for moment in MOMENTS))
    for name, rows in times.items():
        middle = [statistics.median(column) for column in zip(*rows, strict=True)]
        print(f"{name:24}" + "".join(f"{value:14,.0f}" for value in middle))


def _opened(browser: Any, address: str) -> list[float]:
    browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.get("about:blank")
    browser.get(address)
    wait = WebDriverWait(browser, 60, poll_frequency=0.05)
    moments: list[float] = wait.until(lambda _: _all_there(browser.execute_script(_TIMES)))
    return moments


def _all_there(moments: list[float | None]) -> list[float | None] | None:
    return moments if all(moments) else None


def _take_pictures(browser: Any, address: str, folder: Path) -> None:
    """The page as a whole, a cause with its evidence in the dark, and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    _show(browser, address, "light", 1280, 860)
    browser.save_screenshot(str(folder / "report.png"))
    _show(browser, address, "dark", 1280, 900)
    browser.find_element("css selector", ".cause summary").click()
    wait = WebDriverWait(browser, 30, poll_frequency=0.05)
    wait.until(lambda _: browser.execute_script("return document.querySelector('.finding[open] pre') !== null"))
    browser.execute_script("document.querySelector('#causes').scrollIntoView()")
    browser.save_screenshot(str(folder / "report-cause.png"))
    _show(browser, address, "light", 390, 844)
    browser.save_screenshot(str(folder / "report-phone.png"))


def _show(browser: Any, address: str, scheme: str, width: int, height: int) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get("about:blank")
    browser.get(address)


if __name__ == "__main__":
    raise SystemExit(main())
