from django.urls import include, path

from colophon.console import appeals, cases, house, many, placing, views
from colophon.console.admin import changes

urlpatterns = [
    path("admin", changes.proposals, name="admin"),
    path("admin/", include("colophon.console.admin.urls")),
    path("console", views.queue, name="console"),
    path("console/next", views.take_next, name="take_next"),
    path("console/claims/<uuid:claim_id>/leave", views.leave, name="leave_claim"),
    path("console/just", cases.just, name="just"),
    path("console/decided", cases.decided, name="decided"),
    path("console/appeals", appeals.appeals, name="appeals"),
    path("console/appeals/<uuid:appeal_id>/hear", appeals.hear, name="hear"),
    path("console/many", many.together, name="together"),
    path("console/many/<uuid:bulk_id>/undo", many.undo, name="undo_many"),
    path("console/reasons", house.reasons_page, name="reasons"),
    path("console/reasons/<uuid:reason_id>/retire", house.retire_reason, name="retire_reason"),
    path("console/interests", house.interests_page, name="interests"),
    path("console/interests/<uuid:interest_id>/end", house.end_interest, name="end_interest"),
    path("console/decisions/<uuid:decision_id>/undo", cases.undo, name="undo"),
    path("console/<uuid:release_id>", cases.case, name="case"),
    path("console/<uuid:release_id>/claim", views.beat, name="claim"),
    path("console/<uuid:release_id>/skip", views.skip, name="skip"),
    path("console/<uuid:release_id>/put", placing.put, name="put_case"),
    path("console/<uuid:release_id>/back", placing.back, name="bring_back"),
    path("console/<uuid:release_id>/recall", cases.recall, name="recall"),
    path("console/<uuid:release_id>/findings/<uuid:finding_id>", cases.mark, name="mark_finding"),
    path("console/<uuid:release_id>/draft", cases.draft, name="draft"),
    path("console/<uuid:release_id>/drop-draft", cases.drop_draft, name="drop_draft"),
]
