from django.conf import settings
from django.urls import path

from colophon.web import commenting, live, me, notes, palette, parts, views

urlpatterns = [
    path("", views.home, name="home"),
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("join/<str:secret>", views.join, name="join"),
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("live", live.live, name="live"),
    path("me", me.me, name="me"),
    path("me/password", me.password, name="password"),
    path("me/sessions/end", me.end_sessions, name="end_sessions"),
    path("me/tokens", me.make_token, name="make_token"),
    path("me/tokens/<uuid:token_id>/revoke", me.revoke_token, name="revoke_token"),
    path("find", palette.find, name="find"),
    path("notes", notes.notes, name="notes"),
    path("notes/unread", notes.unread, name="unread"),
    path("notes/read", notes.read, name="notes_read"),
    path("notes/choose", notes.choose, name="notes_choose"),
    path("notes/<uuid:note_id>", notes.open_note, name="note"),
    path("comments", commenting.comment, name="comment"),
    path("comments/people", commenting.people, name="comment_people"),
    path("comments/<uuid:comment_id>", commenting.change, name="change_comment"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]

if settings.SHOWS_PARTS:
    urlpatterns += [path("about/parts", parts.parts, name="parts")]
