from django.urls import path

from colophon.console import views

urlpatterns = [
    path("console", views.queue, name="console"),
    path("console/next", views.take_next, name="take_next"),
    path("console/<uuid:release_id>", views.case, name="case"),
    path("console/<uuid:release_id>/claim", views.beat, name="claim"),
    path("console/<uuid:release_id>/skip", views.skip, name="skip"),
]
