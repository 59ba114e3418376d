"""The battery every engine passes: a file put into `generation/engines` is held to it by itself."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation import engines
from generation.engine import (
    Cancelled,
    EngineRefused,
    Kind,
    Medium,
    Origin,
    Output,
    PastDeadline,
    Piece,
    Request,
    Run,
)
from generation.guard import resolved
from generation.shelf import ENGINES
from kernel.canonical import canonical

ROOT = Path(__file__).resolve().parents[2]
EVERY = pytest.mark.parametrize("engine", list(ENGINES), ids=lambda engine: engine.name)
PROMPT = "Lantern Nights, a festival by the sea at dusk"
FAMILIES = {
    Medium.TEXT: "text/",
    Medium.IMAGE: "image/",
    Medium.VIDEO: "video/",
    Medium.MUSIC: "audio/",
    Medium.SPEECH: "audio/",
}
SMALL = {"width": 96, "height": 80}
HOSTILE = {
    "empty": "",
    "blank": " \t\n\u3000",
    "nul and bidi": "a castle\0 at \u202enight\u2066 \ufeff\U000e0041",
    "lone surrogate": "a castle \ud800 at night",
    "braces": "{title} {0} %s %(x)s [a|b] [[|]] {{}} {title.__class__}",
    "markup": "<script>alert(1)</script> ![x](javascript:1)",
    "one long word": "a" * 200_000,
    "many words": "castle night " * 50_000,
    "many labels": "Title: a. " * 20_000,
    "chinese without end": "灯塔" * 50_000,
    "combining marks": "e" + "\u0301" * 20_000,
    "numbers": "9" * 5_000,
}


def parameters(engine):
    """Small, where an engine lets its size be chosen: the battery asks how, not how much."""
    return {name: SMALL[name] for name in SMALL if name in engine.describe().parameters}


def generate(engine, folder, *, prompt=PROMPT, seed=1, **run):
    folder.mkdir(exist_ok=True)
    request = Request(prompt=prompt, seed=seed, parameters=parameters(engine))
    *pieces, output = engine.generate(request, Run(into=folder, **run))
    return pieces, output


def test_there_are_engines():
    assert {engine.name for engine in ENGINES} >= {"house_scene", "house_copy"}


@EVERY
def test_it_is_called_like_its_file(engine):
    files = {path.stem for folder in engines.__path__ for path in Path(folder).glob("*.py")}
    assert engine.name in files
    assert re.fullmatch(r"[a-z][a-z0-9_]{2,39}", engine.name)


@EVERY
def test_its_card_says_what_people_must_know(engine):
    card = engine.describe()
    assert card.name == engine.name
    assert re.fullmatch(r"\d+(\.\d+)*", card.version)
    assert card.media_type.startswith(FAMILIES[card.medium])
    assert card.says.endswith(".")
    assert all(one.says.endswith(".") for one in card.parameters.values())
    assert card == engine.describe()
    if card.origin is Origin.PROCEDURAL:
        assert not card.model
        assert not card.model_digest
    if card.origin is Origin.NEURAL:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{7,40}", card.model)
        assert re.fullmatch(r"[0-9a-f]{64}", card.model_digest)


@EVERY
def test_its_parameters_name_their_limits_and_their_defaults_lie_within(engine):
    card = engine.describe()
    for one in card.parameters.values():
        if one.kind is Kind.CHOICE:
            assert one.default in one.choices
        else:
            assert one.least <= one.default <= one.most
    assert resolved({}, engine=engine.name, known=card.parameters).keys() == card.parameters.keys()
    for name in card.amount:
        assert card.parameters[name].kind is Kind.WHOLE


@EVERY
def test_a_preview_is_made_only_where_one_is_asked_for_and_is_small(engine, tmp_path):
    quiet, _ = generate(engine, tmp_path / "quiet")
    assert not any(piece.picture for piece in quiet)
    pieces, output = generate(engine, tmp_path / "seen", shown=lambda: True)
    assert output.path.read_bytes() == next((tmp_path / "quiet").iterdir()).read_bytes()
    pictures = [piece.picture for piece in pieces if piece.picture]
    assert all(one.startswith(b"\xff\xd8\xff") and len(one) < 64_000 for one in pictures)
    if engine.describe().medium is Medium.IMAGE:
        assert pictures


@EVERY
def test_pieces_come_first_and_one_output_last(engine, tmp_path):
    pieces, output = generate(engine, tmp_path)
    assert pieces
    assert all(isinstance(piece, Piece) for piece in pieces)
    shares = [piece.share for piece in pieces]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert isinstance(output, Output)
    assert output.media_type == engine.describe().media_type


@EVERY
def test_it_leaves_its_one_file_and_nothing_else(engine, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    _, output = generate(engine, tmp_path / "into")
    assert list((tmp_path / "into").iterdir()) == [output.path]
    assert output.path.stat().st_size > 0
    assert list(elsewhere.iterdir()) == []


@EVERY
def test_its_record_can_be_signed_and_names_the_seed(engine, tmp_path):
    _, output = generate(engine, tmp_path, seed=884120)
    assert canonical(dict(output.record))
    assert output.record["seed"] == 884120


@EVERY
def test_invariant_12_the_same_request_gives_the_same_bytes_in_another_process(engine, tmp_path):
    """Another process has another hash seed: nothing may depend on the order of a set."""
    code = (
        "import sys; from pathlib import Path; from hashlib import sha256;"
        "from generation.engine import Request, Run; from generation.shelf import ENGINES;"
        "*_, out = ENGINES.get(sys.argv[1]).generate(Request(prompt=sys.argv[2], seed=5,"
        f" parameters={parameters(engine)!r}), Run(into=Path(sys.argv[3])));"
        "print(sha256(out.path.read_bytes()).hexdigest())"
    )
    digests = set()
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", code, engine.name, PROMPT, str(folder)],
            env={"PYTHONHASHSEED": str(number), "PYTHONPATH": f"{ROOT}/platform:{ROOT}"},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)
    assert len(digests) == 1


@EVERY
def test_prompt_and_seed_both_count(engine, tmp_path):
    made = [
        generate(engine, tmp_path / str(number), prompt=prompt, seed=seed)[1].path.read_bytes()
        for number, (prompt, seed) in enumerate([(PROMPT, 1), (PROMPT, 2), ("Village, noon", 1)])
    ]
    assert len(set(made)) == 3


@EVERY
def test_it_works_again_after_it_was_unloaded(engine, tmp_path):
    first = generate(engine, tmp_path / "1")[1].path.read_bytes()
    engine.unload()
    engine.load("cpu")
    assert generate(engine, tmp_path / "2")[1].path.read_bytes() == first


@EVERY
def test_it_refuses_a_parameter_it_does_not_know(engine, tmp_path):
    with pytest.raises(EngineRefused, match="loudness"):
        list(
            engine.generate(
                Request(prompt=PROMPT, seed=1, parameters={"loudness": 3}), Run(into=tmp_path)
            )
        )


@EVERY
@pytest.mark.parametrize(
    "value", [None, True, -1, 10**18, "", "nonsense \0 {x}", [], {"a": 1}], ids=repr
)
def test_it_refuses_nonsense_in_every_parameter_by_name(engine, tmp_path, value):
    for name in engine.describe().parameters:
        with pytest.raises(EngineRefused, match=name) as caught:
            list(
                engine.generate(
                    Request(prompt=PROMPT, seed=1, parameters={name: value}), Run(into=tmp_path)
                )
            )
        assert caught.value.remedy
        assert list(tmp_path.iterdir()) == []


@EVERY
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_cancelled_run_stops_at_the_next_step_and_leaves_no_file(engine, tmp_path, after):
    asked = itertools.count()
    with pytest.raises(Cancelled):
        generate(engine, tmp_path, cancelled=lambda: next(asked) >= after)
    assert list(tmp_path.iterdir()) == []


@EVERY
def test_a_run_past_its_deadline_stops(engine, tmp_path):
    with pytest.raises(PastDeadline):
        generate(engine, tmp_path, deadline=time.monotonic() - 1)
    assert list(tmp_path.iterdir()) == []


@EVERY
@pytest.mark.parametrize("prompt", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_prompt_gives_a_work_or_a_refusal_in_time(engine, tmp_path, prompt):
    before = time.process_time()
    try:
        _, output = generate(engine, tmp_path, prompt=prompt)
    except EngineRefused:
        assert list(tmp_path.iterdir()) == []
    else:
        assert output.path.stat().st_size > 0
    assert time.process_time() - before < 5


@EVERY
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(prompt=st.text(max_size=120), seed=st.integers(-(2**63), 2**63 - 1))
def test_any_prompt_and_any_seed_give_a_work_or_a_refusal(engine, tmp_path, prompt, seed):
    for file in tmp_path.iterdir():
        file.unlink()
    try:
        generate(engine, tmp_path, prompt=prompt, seed=seed)
    except EngineRefused:
        assert list(tmp_path.iterdir()) == []


def test_reading_the_shelf_imports_nothing_heavy():
    """Web, migrations and --help read the shelf; models load in `Engine.load` alone."""
    heavy = [
        "torch",
        "transformers",
        "diffusers",
        "numpy",
        "PIL",
        "cv2",
        "scipy",
        "faiss",
        "django",
    ]
    code = (
        "import sys; from generation.shelf import ENGINES;"
        "print([e.describe().name for e in ENGINES]);"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT}/platform:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
