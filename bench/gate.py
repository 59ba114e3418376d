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

PROMPT = "a lighthouse at dawn over a calm sea"


def ours(works: int) -> dict[str, float]:
    """Return seconds per stage and in all, for ``works`` works in the stack at once."""
    from colophon.stack.supervisor import Stack

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
    from colophon.demo import scenario

    author = story.cast.author  # type: ignore[attr-defined]
    spent, began = {}, time.perf_counter()

    def stage(name: str, since: float) -> float:
        now = time.perf_counter()
        spent[name] = now - since
        return now

    at = began
    jobs = [
        author.post(
            "/jobs",
            {
                "project": story.project,  # type: ignore[attr-defined]
                "engine": "house_scene",
                "prompt": PROMPT,
                "title": f"Work {number}",
                "seed": number,
            },
        )
        for number in seeds
    ]
    at = stage("submit and screen", at)
    made = [author.wait(f"/jobs/{job['id']}", lambda one: one["state"] == "done") for job in jobs]
    done = [scenario.assessed(author, job["work"]) for job in made]
    at = stage("generate and check", at)
    asked = [
        scenario.ask_release(story, work, destinations=scenario.EVERYWHERE)  # type: ignore[arg-type]
        for work in done
    ]
    for release in asked:
        scenario.clear(story, release)  # type: ignore[arg-type]
    at = stage("ask and decide", at)
    for release in asked:
        author.wait(f"/releases/{release['id']}", lambda one: one["state"] == "sealed")
    stage("seal (what was left)", at)
    spent["all"] = time.perf_counter() - began
    return spent


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
        for name, seconds in one.items():
            print(f"  {title:5} {name:24} {seconds:7.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
