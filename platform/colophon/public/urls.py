from django.urls import path

from colophon.public import views

urlpatterns = [
    path("p/<uuid:publication_id>", views.publication, name="publication"),
    path("about/guarantees", views.guarantees, name="guarantees"),
    path("problems/<slug:code>", views.problem_page, name="problem"),
]
