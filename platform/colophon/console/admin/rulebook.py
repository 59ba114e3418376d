"""Word banks that are kept here, and packs of rules that are read here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from colophon.accounts.access import demand
from colophon.accounts.proposal import Proposal
from colophon.accounts.roles import Act
from colophon.console.admin.frame import looks, page, uuid_of
from colophon.rules import banks as keeping
from colophon.rules.models import Bank, BannedTerm
from colophon.rules.selectors import packs as all_packs
from colophon.studio.errors import NotFound
from colophon.studio.models import PromptVersion
from kernel.errors import BadInput, Refused

TERMS_SHOWN = 200
PROMPTS_TRIED = 300
FOUND_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def banks(request: HttpRequest) -> HttpResponse:
    """Every word bank with its version and how many terms it holds; posting begins one."""
    person = looks(request)
    if request.method == "POST":
        try:
            demand(person, Act.KEEP_RULES)
            made = keeping.bank_called(request.POST.get("name", ""))
        except Refused as error:
            return _banks(request, error=error)
        return redirect("bank", made.pk)
    return _banks(request)


@require_http_methods(["GET", "HEAD", "POST"])
def bank(request: HttpRequest, bank_id: UUID) -> HttpResponse:
    """One bank: terms in force, its draft, and trying it; posting drafts, tries or proposes."""
    person = looks(request)
    held = Bank.objects.filter(pk=bank_id).first()
    if held is None:
        raise NotFound(kind="word bank")
    if request.method != "POST":
        return _bank(request, held)
    form = request.POST
    act = form.get("act", "")
    try:
        if act == "try":
            return _bank(request, held, tried=_tried(held, form.get("sentence", "")))
        if act == "propose":
            made = keeping.activate(by=person, bank=held, reason=form.get("reason", ""))
            messages.info(request, gettext("Proposed. It is so once another person agrees."))
            return redirect("proposal", made.pk)
        if act in ("add", "withdraw"):
            keeping.draft(
                by=person,
                bank=held,
                word=form.get("word", ""),
                category=form.get("category", ""),
                withdraws=act == "withdraw",
            )
        elif act == "drop":
            keeping.drop(by=person, draft_id=uuid_of(form.get("draft", "")))
        else:
            raise BadInput(field="act", value=act[:20], why="choose one")
    except Refused as error:
        return _bank(request, held, error=error)
    return redirect("bank", held.pk)


@require_safe
def packs(request: HttpRequest) -> HttpResponse:
    """Every pack on the shelf, clause by clause: in force, coming, over; read-only."""
    looks(request)
    now = timezone.now()
    shown = []
    for pack in all_packs():
        binding = {clause.id for clause in pack.in_force(now)}
        rows: list[dict[str, Any]] = []
        for clause in pack.clauses:
            begins, ends = pack.span(clause)
            rows.append(
                {"clause": clause, "on": clause.id in binding, "from": begins, "until": ends}
            )
        rows.sort(key=lambda one: (not one["on"], one["from"], one["clause"].id))
        shown.append({"pack": pack, "rows": rows, "bind": sum(one["on"] for one in rows)})
    return page(request, "packs", {"packs": shown, "now": now})


def _banks(request: HttpRequest, *, error: Refused | None = None) -> HttpResponse:
    held = dict(
        BannedTerm.objects.filter(withdrawn_at__isnull=True)
        .values_list("bank")
        .annotate(n=Count("pk"))
    )
    rows = list(Bank.objects.annotate(drafted=Count("drafts")).order_by("name")[:200])
    return page(
        request,
        "banks",
        {"rows": [{"bank": one, "terms": held.get(one.name, 0)} for one in rows]},
        error=error,
    )


def _bank(
    request: HttpRequest,
    held: Bank,
    *,
    tried: dict[str, Any] | None = None,
    error: Refused | None = None,
) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:80].replace("\x00", "")
    terms = BannedTerm.objects.filter(bank=held.name, withdrawn_at__isnull=True)
    over = BannedTerm.objects.filter(bank=held.name, withdrawn_at__isnull=False)
    found = terms.filter(word__icontains=q) if q else terms
    shown = {
        "bank": held,
        "next_version": keeping.following(held.version),
        "q": q,
        "terms": list(found.select_related("added_by").order_by("word")[: TERMS_SHOWN + 1]),
        "most": TERMS_SHOWN,
        "over": list(over.order_by("-withdrawn_at")[:20]),
        "drafts": list(held.drafts.select_related("by").order_by("withdraws", "word")),
        "waiting": Proposal.objects.filter(
            state="open", kind="word_bank", about_id=held.pk
        ).first(),
        "tried": tried,
        "sentence": request.POST.get("sentence", ""),
    }
    return page(request, "bank", shown, error=error)


def _tried(held: Bank, sentence: str) -> dict[str, Any]:
    """Try a sentence, and the newest prompts, against the bank as it is and as drafted."""
    if len(sentence) > 20_000:
        raise BadInput(field="sentence", value="…", why="it holds 20,000 characters at most")
    recent = list(
        PromptVersion.objects.filter(~Q(text=""))
        .select_related("prompt")
        .order_by("-at", "-pk")[:PROMPTS_TRIED]
    )
    first, *rest = keeping.tried(held, [sentence, *(one.text for one in recent)])
    newly = [
        {"version": one, "words": [w for w in found.then if w not in found.now]}
        for one, found in zip(recent, rest, strict=True)
        if set(found.then) - set(found.now)
    ]
    freed = sum(1 for found in rest if found.now and not found.then)
    return {
        "now": first.now,
        "then": first.then,
        "looked": len(recent),
        "newly": newly[:FOUND_SHOWN],
        "many": len(newly),
        "freed": freed,
    }
