from django.urls import path

from colophon.web import live, views

urlpatterns = [
    path("", views.home, name="home"),
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("join/<str:secret>", views.join, name="join"),
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("live", live.live, name="live"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
