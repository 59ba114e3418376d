"""Projects, prompts, jobs, artifacts and what checks found in them, one noun a module."""

from __future__ import annotations

from colophon.studio.models.finding import Assessment, Finding
from colophon.studio.models.job import Job, JobInput, Upload
from colophon.studio.models.look import Look
from colophon.studio.models.project import Project
from colophon.studio.models.prompt import Prompt, PromptVersion
from colophon.studio.models.work import Artifact

__all__ = [
    "Artifact",
    "Assessment",
    "Finding",
    "Job",
    "JobInput",
    "Look",
    "Project",
    "Prompt",
    "PromptVersion",
    "Upload",
]
