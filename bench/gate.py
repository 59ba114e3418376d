"""Works per minute through the whole gate, beside the same steps done bare in one process.

``python -m bench.gate [--works N] [--json]``. Ours: the running stack, through its API, from a prompt
to a sealed file, with reviewers who decide at once. The peer: the same engine, descriptors, mark,
label, metadata, signature, time-stamp and read-back as plain calls, without a database, a sandbox, a
queue, people or a ledger. 1 MP pictures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

PROMPT = "a lighthouse at dawn over a calm sea"
POLL_SECONDS = 0.5


def ours(works: int) -> dict[str, float]:
    """Return mean seconds per stage and seconds in all, for ``works`` works in the stack at once."""
    from colophon.stack.supervisor import Stack

    os.environ["COLOPHON_GRACE_SECONDS"] = "0"  # reviewers who decide at once, and undo nothing
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder) / "home", port=0) as stack:
        os.environ.update(stack.env("web"))
        import django

        django.setup()
        from colophon.demo import scenario
        from colophon.demo.seeding import seed

        story = scenario.Story(cast=seed(stack.origin), says=lambda _: None)
        scenario.prepare(story)
        _through(story, range(1000, 1002))  # warm: first imports, first sandbox
        return _through(story, range(works))


def _through(story: object, seeds: range) -> dict[str, float]:
    """Return mean seconds a work spent in each stage, and the seconds of all of them together.

    Works overlap as they do on a working day: while one is sealed, another is generated and a third
    is decided. So the stages do not add up to ``all``.
    """
    works = [_Work(story, number) for number in seeds]
    began = time.perf_counter()
    for work in works:
        work.submit()
    while open_ := [work for work in works if not work.sealed]:
        for work in open_:
            work.look()
        time.sleep(POLL_SECONDS)
    everything = time.perf_counter() - began
    stages = ("submit and screen", "generate and check", "ask and decide", "seal")
    spent = {name: sum(work.spent[name] for work in works) / len(works) for name in stages}
    return {**spent, "all": everything}


class _Work:
    """One work on its way from a prompt to a sealed file, seen through the API."""

    def __init__(self, story: Any, number: int) -> None:
        self.story, self.number = story, number
        self.author = story.cast.author
        self.spent: dict[str, float] = defaultdict(float)
        self.sealed = False
        self._job = self._release = ""

    def submit(self) -> None:
        began = time.perf_counter()
        asked = {
            "project": self.story.project,
            "engine": "house_scene",
            "prompt": PROMPT,
            "title": f"Work {self.number}",
            "seed": self.number,
        }
        self._job = self.author.post("/jobs", asked)["id"]
        self._at = _add(self.spent, "submit and screen", began)

    def look(self) -> None:
        """Take the work one stage on, if it is ready for it; reviewers decide at once."""
        if self._release:
            said = self.author.get(f"/releases/{self._release}")["state"]
            if said in ("seal_failed", "refused"):
                raise RuntimeError(f"work {self.number} is {said}")
            if said == "sealed":
                self._at = _add(self.spent, "seal", self._at)
                self.sealed = True
            return
        job = self.author.get(f"/jobs/{self._job}")
        if job["state"] in ("failed", "refused"):
            raise RuntimeError(f"work {self.number}: {job['cause'] or job['state']}")
        if job["state"] == "done" and self.author.get(f"/works/{job['work']}")["assessed"]:
            self._at = _add(self.spent, "generate and check", self._at)
            self._decide(job["work"])
            self._at = _add(self.spent, "ask and decide", self._at)

    def _decide(self, work_id: str) -> None:
        from colophon.demo import scenario

        release = scenario.ask_release(
            self.story, {"id": work_id}, destinations=scenario.EVERYWHERE
        )
        scenario.clear(self.story, release)
        self._release = release["id"]


def bare(works: int) -> dict[str, float]:
    """Return seconds per step and in all, for the same steps as plain calls."""
    import threading

    from compliance.marking.child import mark, read_back
    from compliance.marking.recipe import Label, Recipe
    from compliance.provenance import c2pa_sdk, demo_chain, time_stamping
    from compliance.similarity import looking
    from generation.engine import Output, Request, Run
    from generation.shelf import ENGINES

    spent: dict[str, float] = defaultdict(float)
    recipe = Recipe(
        media_type="image/png",
        labels=(Label(key="visible.image", language="en", text="AI GENERATED", place="top-right"),),
        mark=True,
        payload=7,
        aigc={"Label": "1", "ContentProducer": "001191110000MA0000000H10001", "ProduceID": "1", "ReservedCode1": "",
              "ContentPropagator": "", "PropagateID": "", "ReservedCode2": ""},
        source_type="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
    )  # fmt: skip
    told = {"recipe": recipe.as_json(), "key": "ab" * 32}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo_chain.make(folder)
        authority = time_stamping.server(folder, port=0)
        threading.Thread(target=authority.serve_forever, daemon=True).start()
        credentials = c2pa_sdk.Credentials(
            chain_pem=(folder / demo_chain.SEALER_CHAIN).read_text(),
            key_pem=(folder / demo_chain.SEALER_KEY).read_text(),
        )
        action = {
            "action": "c2pa.created",
            "digitalSourceType": recipe.source_type,
            "softwareAgent": {"name": "bench", "version": "1"},
        }
        definition = {
            "claim_generator_info": [{"name": "bench", "version": "1", "specVersion": "2.4"}],
            "assertions": [
                {"label": "c2pa.actions.v2", "created": True,
                 "data": {"allActionsIncluded": True, "actions": [action]}}
            ],
        }  # fmt: skip
        roots = (folder / demo_chain.ROOTS).read_text()
        began = time.perf_counter()
        for number in range(works):
            into = folder / str(number)
            into.mkdir()
            at = time.perf_counter()
            *_, last = ENGINES.get("house_scene").generate(
                Request(prompt=PROMPT, seed=number), Run(into=into)
            )
            assert isinstance(last, Output)  # noqa: S101
            at = _add(spent, "generate", at)
            looking.see({"media_type": "image/png"}, {"picture": last.path}, into)
            at = _add(spent, "describe", at)
            said = mark(told, {"source": last.path}, into)
            assert "layers" in said, said  # noqa: S101, RUF100  a bare call must have marked it
            at = _add(spent, "mark and label", at)
            c2pa_sdk.sign(
                into / "marked.png",
                into=into / "sealed.png",
                media_type="image/png",
                definition=definition,
                credentials=credentials,
                timestamp_url=f"http://127.0.0.1:{authority.server_port}/",
            )
            at = _add(spent, "sign and stamp", at)
            read_back(told, {"exported": into / "sealed.png"}, None)
            c2pa_sdk.read(into / "sealed.png", media_type="image/png", anchors_pem=roots)
            _add(spent, "read back", at)
        spent["all"] = time.perf_counter() - began
        authority.shutdown()
    return dict(spent)


def _add(spent: dict[str, float], name: str, since: float) -> float:
    now = time.perf_counter()
    spent[name] += now - since
    return now


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    peer, mine = bare(told.works), ours(told.works)
    per_minute = [60 * told.works / one["all"] for one in (mine, peer)]
    ratio = per_minute[0] / per_minute[1]
    if told.json:
        figure = {"ours": per_minute[0], "peer": per_minute[1], "ratio": ratio}
        print(json.dumps({"gate_ratio": {**figure, "unit": "works/min", "n": told.works}}))
        return 0
    print(f"{told.works} works, 1 MP: ours {per_minute[0]:.1f}/min, bare {per_minute[1]:.1f}/min, "
          f"ratio {ratio:.2f}")  # fmt: skip
    for title, one in (("ours", mine), ("bare", peer)):
        note = "mean of a work, overlapping" if title == "ours" else "sum"
        print(f"  {title}: {note}")
        for name, seconds in one.items():
            print(f"  {title:5} {name:24} {seconds:7.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
