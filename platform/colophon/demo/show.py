"""Tell the story, print its table, leave its files, and try to cheat the evidence."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from colophon.demo import material, scenario
from colophon.demo.client import Json
from colophon.demo.scenario import EVERYWHERE, Story, done
from colophon.demo.seeding import seed
from colophon.demo.tampering import ATTACKS
from colophon.exports import verify_bundle

_SUFFIX = {"image/png": ".png", "image/jpeg": ".jpg", "text/plain": ".txt"}


def show(origin: str, *, folder: Path, home: Path) -> None:
    """Do the main job at ``origin`` and leave what it made in ``folder``."""
    began = time.monotonic()
    story = Story(cast=seed(origin), says=lambda said: print(f"  · {said}", flush=True))
    print("The main job:")
    scenario.prepare(story)
    _refused_prompts(story)
    copy = _generated(story, "Invitation, a text", "house_copy", scenario.COPY_PROMPT)
    scene = _generated(story, "Lighthouse, a picture", "house_scene", scenario.SCENE_PROMPT)
    edited = _edited(story, scene, folder)
    published = folder / "published"
    published.mkdir(exist_ok=True)
    _published(story, "Lighthouse to EU, China, California", scene, EVERYWHERE, published)
    _published(story, "Invitation to EU and California", copy, ["EU", "US-CA"], published)
    _published(story, "Edited lighthouse to California", edited, ["US-CA"], published)
    _caught(story)
    _trust(home, folder / "trust")
    row = story.timed("Evidence of all of it")
    _, bundle = scenario.cut_evidence(story)
    evidence = folder / "evidence.zip"
    evidence.write_bytes(bundle)
    _leave_report(evidence, folder / "report.html")
    done(row, state="verified", file=str(evidence.name))
    verdict = verify(evidence, folder / "trust")
    if not verdict["ok"]:
        raise RuntimeError(f"the evidence does not verify: {verdict}")
    _print_table(story)
    print(f"\nverify_bundle.py says: {json.dumps(verdict)[:300]}")
    _tamper(evidence, folder)
    print(f"\nThe job took {time.monotonic() - began:.1f} s. Look into {folder}")


def verify(bundle: Path, trust: Path) -> Json:
    """Run the verifier as an outsider would: alone, isolated, with keys from outside."""
    said = subprocess.run(
        [
            sys.executable, "-I", "-S", str(verify_bundle.__file__), str(bundle),
            "--log-key", str(trust / "log.vkey"),
            "--witness", str(trust / "witness.vkey"), "--quorum", "1",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    found: Json = json.loads(said.stdout)
    if found["ok"] is not (said.returncode == 0):
        raise RuntimeError(f"exit {said.returncode} and {found}")
    return found


def _refused_prompts(story: Story) -> None:
    row = story.timed("A prompt that names a banned brand")
    problem = scenario.refused_before_any_engine(story, prompt=scenario.BANNED_PROMPT, inputs=[])
    refusal = problem["job"]["refusal"]
    done(row, state="refused", clause=f"{refusal['clause']} at {refusal['spans'][0]}")
    row = story.timed("A prompt with an input nobody has rights in")
    upload = story.cast.author.upload(
        "/uploads", name="found.png", data=material.picture("a desert by day", seed=9, width=320)
    )
    problem = scenario.refused_before_any_engine(
        story, prompt="the dunes again, at night", inputs=[{"upload": upload["id"]}]
    )
    done(row, state="refused", clause=problem["job"]["refusal"]["clause"])


def _generated(story: Story, name: str, engine: str, prompt: str) -> Json:
    row = story.timed(name)
    work = scenario.generate(story, engine=engine, prompt=prompt, title=name, seed=2026)
    answers = [one["answer"] for one in work["findings"]]
    done(row, state="checked", clause=f"{answers.count('passed')} of {len(answers)} passed")
    return work


def _edited(story: Story, scene: Json, folder: Path) -> Json:
    row = story.timed("Edited copy brought in")
    source = material.edited(_bytes(scene, folder))
    work = scenario.bring_in(
        story, name="edited.png", data=source, title="Lighthouse, with a band", share=0,
        parent=scene["id"],
    )  # fmt: skip
    done(row, state="checked", clause=f"origin {work['origin']}")
    return work


def _bytes(work: Json, folder: Path) -> bytes:
    """The author's own copy of the bytes, from this machine's store."""
    name = str(work["sha256"])
    return (folder / "home" / "store" / "sha256" / name[:2] / name[2:4] / name).read_bytes()


def _published(
    story: Story, name: str, work: Json, destinations: list[str], published: Path
) -> None:
    row = story.timed(name)
    release = scenario.ask_release(story, work, destinations=destinations)
    cleared = scenario.clear(story, release)
    if cleared["state"] != "cleared":
        raise RuntimeError(f"{name}: {cleared['state']}")
    publication = scenario.publish(story, release)
    base = f"{publication['id']}{_SUFFIX[publication['media_type']]}"
    store = published.parent / "home" / "store" / "sha256"
    for sha256, file in (
        (publication["sealed_sha256"], base),
        (publication["manifest_sha256"] if publication["detached"] else "", f"{base}.c2pa"),
    ):
        if sha256:
            shutil.copyfile(store / sha256[:2] / sha256[2:4] / sha256, published / file)
    done(
        row,
        state="published",
        clause=f"{len(publication['layers'])} layers read back",
        file=f"published/{base}",
    )


def _caught(story: Story) -> None:
    for name, data, file in (
        ("A text with copied words", material.COPIED_TEXT.encode(), "tale.txt"),
        (
            "A mirrored 60 % crop",
            material.mirrored_crop(scenario.registered_picture()),
            "crop.png",
        ),
    ):
        row = story.timed(name)
        work = scenario.bring_in(story, name=file, data=data, title=name, share=0)
        release = scenario.ask_release(story, work, destinations=["EU"])
        clause = scenario.stopping_clause(release)
        said = scenario.decide(
            story.cast.reviewer,
            release,
            verdict="refuse",
            clause=clause,
            reason="Most of it is a registered work, and no licence is on record.",
        )
        done(row, state=said["state"], clause=clause)


def _trust(home: Path, trust: Path) -> None:
    """What outsiders hold: the log's and the witness's public keys, and the roots of the seal."""
    trust.mkdir(exist_ok=True)
    shutil.copyfile(home / "secrets" / "sequencer" / "log.vkey", trust / "log.vkey")
    shutil.copyfile(home / "witness" / "witness.vkey", trust / "witness.vkey")
    shutil.copyfile(home / "authority" / "c2pa-root.pem", trust / "c2pa-root.pem")


def _leave_report(evidence: Path, report: Path) -> None:
    """Lay the bundle's own report beside it, for whoever wants to read before checking."""
    with zipfile.ZipFile(evidence) as archive:
        name = next(one for one in archive.namelist() if one.endswith("data/report/index.html"))
        report.write_bytes(archive.read(name))


def _tamper(evidence: Path, folder: Path) -> None:
    print("\nCheating is refused:")
    aside = folder / "tampered"
    aside.mkdir(exist_ok=True)
    seed_of_log = folder / "home" / "secrets" / "sequencer" / "log.key"
    for name, attack in ATTACKS.items():
        forged = aside / f"{name}.zip"
        attack(evidence, forged, seed_of_log)
        verdict = verify(forged, folder / "trust")
        if verdict["ok"]:
            raise RuntimeError(f"{name} was accepted")
        print(f"  · {name}: {verdict['cause']}")


def _print_table(story: Story) -> None:
    head = ("work", "state", "clause", "seconds", "file")
    rows = [(r.work, r.state, r.clause, f"{r.seconds:.1f}", r.file) for r in story.rows]
    widths = [max(len(one[i]) for one in (head, *rows)) for i in range(len(head))]
    print()
    for one in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(one, widths, strict=True)))
