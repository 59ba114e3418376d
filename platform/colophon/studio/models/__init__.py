"""Projects, prompts, jobs, artifacts and what checks found in them, one noun a module."""

from __future__ import annotations

from colophon.studio.models.batch import Batch
from colophon.studio.models.board import Board, BoardItem, Sharing
from colophon.studio.models.comment import Audience, Comment
from colophon.studio.models.contribution import Contribution
from colophon.studio.models.entry import Entry, Listed
from colophon.studio.models.finding import Assessment, Finding
from colophon.studio.models.job import Job, JobInput, Upload
from colophon.studio.models.live import Preview, WorkerBeat
from colophon.studio.models.look import Look
from colophon.studio.models.placement import Placement
from colophon.studio.models.project import Member, Part, Project
from colophon.studio.models.prompt import LabelMove, Preset, Prompt, PromptLabel, PromptVersion
from colophon.studio.models.proof import Proof
from colophon.studio.models.quota import Quota, Timing, Usage
from colophon.studio.models.search import Search, SearchSeen
from colophon.studio.models.switch import EngineOff
from colophon.studio.models.tag import Tag, Tagging
from colophon.studio.models.transfer import Transfer
from colophon.studio.models.trash import Trashed
from colophon.studio.models.work import Artifact

__all__ = [
    "Artifact",
    "Assessment",
    "Audience",
    "Batch",
    "Board",
    "BoardItem",
    "Comment",
    "Contribution",
    "EngineOff",
    "Entry",
    "Finding",
    "Job",
    "JobInput",
    "LabelMove",
    "Listed",
    "Look",
    "Member",
    "Part",
    "Placement",
    "Preset",
    "Preview",
    "Project",
    "Prompt",
    "PromptLabel",
    "PromptVersion",
    "Proof",
    "Quota",
    "Search",
    "SearchSeen",
    "Sharing",
    "Tag",
    "Tagging",
    "Timing",
    "Transfer",
    "Trashed",
    "Upload",
    "Usage",
    "WorkerBeat",
]
