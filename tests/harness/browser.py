"""A real browser, kept away from the network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

WAIT = 15_000  # milliseconds that an expectation keeps looking
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
expect.set_options(timeout=WAIT)


def program() -> str | None:
    """The system's Chromium, or LIBIN_CHROMIUM; nothing means the one that playwright installed."""
    return os.environ.get("LIBIN_CHROMIUM") or shutil.which("chromium") or None


@contextmanager
def browser() -> Iterator[Browser]:
    """One Chromium for a run."""
    with sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        try:
            yield window
        finally:
            window.close()


class Objections(list[str]):
    """What a page complained about in its console: a script error, or something the content policy stopped."""

    def listen(self, page: Page) -> None:
        """Note what this page says from now on."""
        page.on("pageerror", lambda problem: self.append(f"{page.url}: {problem}"))
        page.on(
            "console",
            lambda said: (
                self.append(f"{page.url}: {said.text}")
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )


def context(window: Browser, url: str, *, locale: str = "zh-CN") -> BrowserContext:
    """A person's own browser, with her own cookies."""
    made = window.new_context(base_url=url, locale=locale, timezone_id="Asia/Shanghai")
    made.set_default_timeout(WAIT)
    return made
