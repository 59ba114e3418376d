"""“Look, approve, next” in Chromium: from the first key to the next case painted with its work.

``python -m bench.deciding [--cases 40] [--json]``. Ours: a real stack with its web process and the
usual time of grace, one reviewer signed in at 1440x900, pictures of one megapixel made by the house
engine, released to every destination. The keys are those printed on the page, A and Enter, pressed one
right after the other; the clock runs from the first keydown until the next case's picture is decoded and
two frames were drawn after it, both read in the page. Between cases the page is left alone for a second,
as by somebody who looks.

The peer, in the same browser and run: the same pictures on a page of one form, which a bare server takes
and answers by a redirect to the next; no people, no database, no rules, no record.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.archive.database import Archive, opened
from bench.pages import percentile

FLOOR_MS, FLOOR_KEYS = 400.0, 2
PASSWORD = "a long enough phrase"  # noqa: S105  of people who exist for one run
WARM = 3
LOOK_MS = 1000
PATIENCE_MS = 30_000
BROWSER = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
KEYS = ("a", "Enter")
# Kept over the change of pages: when the first key went down, and how many did.
WATCH = """
const now = () => performance.timeOrigin + performance.now();
addEventListener("keydown", (event) => {
  const held = JSON.parse(sessionStorage.pressed ?? "[]");
  sessionStorage.pressed = JSON.stringify([...held, performance.timeOrigin + event.timeStamp]);
}, true);
let last = null;
const look = async () => {
  const picture = document.querySelector("[data-bench-picture], #p-work img");
  if (!picture || picture === last) return;
  last = picture;
  await picture.decode();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const box = picture.getBoundingClientRect();
    const seen = box.width > 100 && box.top < innerHeight && box.left < innerWidth;
    tellPainted({ at: now(), seen, pressed: JSON.parse(sessionStorage.pressed ?? "[]") });
    sessionStorage.removeItem("pressed");
  }));
};
document.addEventListener("DOMContentLoaded", () => {
  look();
  // The next case may come into the same page.
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
});
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "home", names=("web",)) as stack:  # fmt: skip
        os.environ.update(stack.env("web"))
        import django

        django.setup()
        pictures = _cases(told.cases + WARM + 1)
        with _browser() as context, _peer(pictures) as place:
            mine = measure(_console(context, stack), told.cases)
            bare = measure(_plain(context, place), told.cases)
    ours, peer = ([one["ms"] for one in side] for side in (mine, bare))
    keys = max(one["keys"] for one in mine)
    if told.json:
        figure = {"ours": percentile(ours, 0.99), "peer": percentile(peer, 0.99)}
        figure |= {"ratio": round(figure["ours"] / figure["peer"], 2), "floor": FLOOR_MS}
        print(json.dumps({
            "decide_next_ms": {**figure, "unit": "ms", "n": len(ours)},
            "decide_next_keys": {"ours": keys, "floor": FLOOR_KEYS, "unit": "keys", "n": len(ours)},
        }))  # fmt: skip
    else:
        print(f"{len(ours)} cases, {keys} keys each; load {os.getloadavg()[0]:.1f}")
        for name, side in (("ours", ours), ("bare", peer)):
            print(
                f"  {name}  p50 {percentile(side, 0.5):6.1f} ms  p99 {percentile(side, 0.99):6.1f} ms"
            )
    return 0


class Watched:
    """A page, and what it said of each case it painted."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self._told: list[dict[str, Any]] = []
        self.page.expose_binding("tellPainted", lambda source, said: self._told.append(said))

    def painted(self) -> dict[str, Any]:
        """Wait for the next case, and return when it was seen and which keys had led to it."""
        for _ in range(PATIENCE_MS // 10):
            if self._told:
                said = self._told.pop()
                if not said["seen"]:
                    raise RuntimeError(f"the work is not in sight on {self.page.url}")
                return said
            self.page.wait_for_timeout(10)
        raise RuntimeError(f"no case was painted; the browser is at {self.page.url}")


def measure(watched: Watched, cases: int) -> list[dict[str, Any]]:
    """Press the keys of every case; return milliseconds and keys of each but the first few."""
    found = []
    for _ in range(cases + WARM):
        watched.page.wait_for_timeout(LOOK_MS)
        for key in KEYS:
            watched.page.keyboard.press(key)
        said = watched.painted()
        found.append({"ms": said["at"] - said["pressed"][0], "keys": len(said["pressed"])})
    return found[WARM:]


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=BROWSER)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(WATCH)
        yield context
        browser.close()


def _console(context: Any, stack: Archive) -> Watched:
    """Sign the reviewer in and open the first case, as people do."""
    watched = Watched(context)
    page = watched.page
    page.goto(f"{stack.origin}/login")
    page.fill("#email", "rita@bench.test")
    page.fill("#password", PASSWORD)
    page.click("form.stack button")
    page.wait_for_selector("summary.who")
    page.goto(f"{stack.origin}/console")
    page.click("form[action='/console/next'] button")
    watched.painted()
    return watched


def _plain(context: Any, place: str) -> Watched:
    watched = Watched(context)
    watched.page.goto(f"{place}/0")
    watched.painted()
    return watched


@contextmanager
def _peer(pictures: list[bytes]) -> Iterator[str]:
    """Serve the pictures, each on a page with one form that leads to the next."""

    class Bare(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number, _, kind = self.path.strip("/").partition(".")
            if kind == "png":
                self._answer(pictures[int(number)], "image/png")
            else:
                self._answer(_PAGE.format(number=html.escape(number)).encode(), "text/html")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302)
            self.send_header("Location", f"/{int(self.path.strip('/')) + 1}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  of the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


_PAGE = """<!doctype html><title>{number}</title>
<img data-bench-picture src="/{number}.png" style="max-width: 60%; max-height: 80vh">
<form method="post" action="/{number}"><label><input type="radio" name="verdict" value="approve">A</label>
<button>Submit</button></form>
<script>
addEventListener("keydown", (event) => {{
  if (event.key === "a") document.querySelector("input").click();
  if (event.key === "Enter") {{ event.preventDefault(); document.querySelector("button").click(); }}
}});
</script>"""


def _cases(many: int) -> list[bytes]:
    """Put ``many`` real works before a reviewer, and return their pictures in no order."""
    from colophon.accounts import services as accounts
    from colophon.accounts.models import Team
    from colophon.accounts.roles import Role
    from colophon.demo.seeding import PROVIDER_CODE
    from colophon.ledger.tenancy import tenant
    from colophon.releases import services as releases
    from colophon.store import services as store
    from colophon.studio import projects, running, services
    from colophon.studio.models import Artifact

    house = accounts.found(
        accounts.Founding(
            name="Bench",
            operator_name="TEST",
            team="Team",
            provider_code=PROVIDER_CODE,
            filing_number="TEST-1",
            is_test=True,
        )
    )
    with tenant(house.id):
        told: dict[str, Any] = {"password": PASSWORD, "team": Team.objects.get()}
        author = accounts.join(email="ada@bench.test", name="Ada", roles=[Role.AUTHOR], **told)
        accounts.join(email="rita@bench.test", name="Rita", roles=[Role.REVIEWER], **told)
        project = projects.begin(by=author, name="Bench", destinations=list(releases.DESTINATIONS))
    found = []
    for number in range(many):
        order = services.Order(
            project=project,
            text="a lighthouse at dawn over a calm sea",
            engine="house_scene",
            parameters={"width": 1152, "height": 864},
            seed=number,
        )
        with tenant(house.id):
            job = services.submit(by=author, order=order)
        running.run(house.id, job.id)
        with tenant(house.id):
            services.assess(artifact=Artifact.objects.get(job=job))
            work = Artifact.objects.select_related("assessment", "project", "tenant").get(job=job)
            releases.request(by=author, artifact=work, destinations=releases.DESTINATIONS)
            with store.open_(work.sha256) as file:
                found.append(file.read())
    return found


if __name__ == "__main__":
    sys.exit(main())
