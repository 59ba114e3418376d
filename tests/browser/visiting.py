"""What the browser tests share: every page by name, and waiting under a strict policy."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"


def until(page: Page, expression: str, *, seconds: float = 15.0) -> None:
    """Wait until a JavaScript expression holds. (`wait_for_function` needs eval, which our
    Content-Security-Policy forbids.)"""
    limit = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < limit, f"never held: {expression}"
        page.wait_for_timeout(50)


def pages(stage: Any) -> dict[str, tuple[str | None, str]]:
    """Return every page by name: who looks at it, and where it is."""
    works, releases = stage["works"], stage["releases"]
    return {
        "login": (None, "/login"),
        "publication": (None, f"/p/{stage['publication']}"),
        "publication-text": (None, f"/p/{stage['text_publication']}"),
        "publication-withdrawn": (None, f"/p/{stage['gone']}"),
        "guarantees": (None, "/about/guarantees"),
        "problem": (None, "/problems/stopped"),
        "parts": (None, "/about/parts"),
        "studio": ("author", "/studio"),
        "studio-refused": ("author", f"/studio?recall={stage['refused_job']}"),
        "start": ("author", "/start"),
        "grid": ("author", f"/studio/batches/{stage['grid']}"),
        "contribution": ("author", f"/works/{works['edited']}/contribution"),
        "projects": ("author", "/studio/projects"),
        "project": ("author", f"/studio/projects/{stage['project']}"),
        "project-change": ("author", f"/studio/projects/{stage['project']}?change=1"),
        "boards": ("author", "/boards"),
        "trash": ("author", "/trash"),
        "prompts": ("author", "/prompts"),
        "prompt": ("author", f"/prompts/{stage['prompt']}?version=2"),
        "prompt-template": ("author", f"/prompts/{stage['template']}"),
        "presets": ("author", "/presets"),
        "board": ("author", f"/boards/{stage['board']}"),
        "input": ("author", "/studio/inputs"),
        "bring-in": ("author", f"/works/bring-in?parent={works['published']}"),
        "works": ("author", "/works"),
        "works-found": ("author", "/works?q=light&hue=blue&since=2020-01-01"),
        "works-like": ("author", f"/works?like={works['published']}"),
        "searches": ("author", "/works/searches"),
        "compare": ("author", f"/works/compare?ids={works['published']},{works['second']}"),
        "compare-beside": (
            "author",
            f"/works/compare?ids={works['published']},{works['second']},{stage['text_work']}",
        ),
        "compare-texts": (
            "author",
            f"/works/compare?ids={works['copied_text']},{stage['text_work']}",
        ),
        "work": ("author", f"/works/{works['published']}"),
        "work-draft": ("author", f"/works/{works['edited']}"),
        "work-refused": ("author", f"/works/{works['refused']}"),
        "work-withdrawn": ("author", f"/works/{works['withdrawn']}"),
        "work-text": ("author", f"/works/{stage['text_work']}"),
        "notes": ("author", "/notes"),
        "me": ("author", "/me"),
        "queue": ("reviewer", "/console"),
        "load": ("reviewer", "/console/load"),
        "care": ("reviewer", "/console/care"),
        "care-house": ("keeper", "/console/care"),
        "quality": ("reviewer", "/console/quality"),
        "quality-house": ("keeper", "/console/quality"),
        "queues": ("keeper", "/queues"),
        "case": ("reviewer", f"/console/{releases['mirrored']}"),
        "case-text": ("reviewer", f"/console/{releases['copied_text']}"),
        "case-clean": ("reviewer", f"/console/{releases['more3']}"),
        "case-hostile": ("reviewer", f"/console/{releases['hostile_scene']}"),
        "case-second": ("approver", f"/console/{releases['second']}"),
        "case-appeal": ("approver", f"/console/{releases['appealed']}"),
        "case-withdrawal": ("approver", f"/console/{releases['withdrawn']}"),
        "appeals": ("approver", "/console/appeals"),
        "decided": ("reviewer", "/console/decided"),
        "many": ("reviewer", "/console/many"),
        "interests": ("reviewer", "/console/interests"),
        "reasons": ("keeper", "/console/reasons"),
        "audit": ("auditor", "/audit"),
        "audit-found": ("auditor", "/audit?type=proposal.made&words=escalations"),
        "audit-event": ("auditor", f"/audit/{stage['event']}"),
        "audit-kept-back": ("reviewer", f"/audit/{stage['kept_back']}"),
        "admin-changes": ("operator", "/admin"),
        "admin-change": ("operator", f"/admin/proposals/{stage['proposal']}"),
        "admin-people": ("keeper", "/admin/people"),
        "admin-person": ("keeper", f"/admin/people/{stage['person']}"),
        "admin-roles": ("auditor", "/admin/roles"),
        "admin-banks": ("keeper", "/admin/banks"),
        "admin-bank": ("keeper", f"/admin/banks/{stage['bank']}"),
        "admin-packs": ("auditor", "/admin/packs"),
        "admin-catalogues": ("keeper", "/admin/catalogues"),
        "admin-engines": ("operator", "/admin/engines"),
        "admin-quotas": ("keeper", "/admin/quotas"),
        "admin-channels": ("auditor", "/admin/channels"),
        "admin-organisation": ("keeper", "/admin/organisation"),
    }
