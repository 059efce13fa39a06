"""A real browser for pages: Debian's chromium without a screen, by selenium; a test is skipped where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
AXE = Path(os.environ.get("AXE_CORE", ROOT / ".axe/node_modules/axe-core/axe.min.js"))
"""axe-core as npm installs it; `.ci/run` does so."""

WIDTH, HEIGHT = 1280, 900


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, or a skip that says what is missing."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no chromium with its driver here: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     f"--window-size={WIDTH},{HEIGHT}"):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    browser.set_script_timeout(110)
    try:
        yield browser
    finally:
        browser.quit()


def prefer(browser: Any, scheme: str, media: str = "screen") -> None:
    """The colour scheme that the reader prefers, and the medium that is shown."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def resize(browser: Any, width: int, height: int = HEIGHT) -> None:
    """The size of the window in CSS pixels, as a phone has it below 600."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def until(browser: Any, condition: str, *arguments: Any) -> Any:
    """Wait for what a JavaScript expression gives to be true, and return it."""
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(browser, 30, poll_frequency=0.05).until(
        lambda _: browser.execute_script(f"return {condition}", *arguments), f"never true: {condition}"
    )


def violations(browser: Any) -> list[str]:
    """What axe-core holds against the page as it stands, or a skip where axe-core is not installed."""
    if not AXE.is_file():
        pytest.skip(f"no axe-core at {AXE}: npm install --prefix .axe axe-core@4")
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    found = browser.execute_async_script(
        "axe.run().then((result) => arguments[0](result.violations.map("
        "(rule) => `${rule.id}: ${rule.nodes.length}, first ${rule.nodes[0].html.slice(0, 200)}`)))"
    )
    return list(found)
