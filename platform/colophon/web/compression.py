"""Pages go over the wire compressed; files, streams and what is small already do not."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_COMPRESSED = ("text/html", "application/json", "application/problem+json")


class PagesCompressed(GZipMiddleware):
    """Django's own, for pages and API answers alone: a stream of events must leave at once.

    Against BREACH: the CSRF token is masked anew in every page, and Django adds random bytes.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in _COMPRESSED:
            return response
        return super().process_response(request, response)
