"""What cmark-gfm, GitHub's own Markdown, makes of summaries: `rendered_pages.py PAGES`.

PAGES is a JSON object of lists of summaries. Each must render to the tags that it is written with, and to those that an
alert adds; outside of code no text may be what GitHub makes a mention, an issue, a link or an emoji of.
"""

import collections
import html.parser
import json
import pathlib
import re
import sys

import cmarkgfm
from cmarkgfm.cmark import Options

from peer_case import case, equal

ALERT = re.compile(r"^> \[!(?:WARNING|IMPORTANT)\]$", re.MULTILINE)
ALLOWED = set("h3 h4 p table thead tbody tr th td ul li details summary pre code em strong br a blockquote".split())
VOID = {"br"}
# What later filters look for in the text of a finished page (html-pipeline: mentions, issues, autolinks, emoji).
FILTERS = [r"@\w", r"#\d", r"\bGH-\d", r"://", r"www\.\w", r":[\w+-]+:", r"\$"]


class Seen(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.links, self.loose, self.rows = [], collections.Counter(), [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            raise AssertionError(f"a tag of no page: <{tag}>")
        self.tags[tag] += 1
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag == "table":
            self.rows.append([])
        if tag == "tr":
            self.rows[-1].append(0)
        if tag in ("td", "th"):
            self.rows[-1][-1] += int(dict(attrs).get("colspan", "1"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        equal(self.open.pop() if self.open else None, tag, "the tag that is closed")
        if tag == "table":
            equal(len(set(self.rows.pop())), 1, "widths of the rows of a table")

    def handle_data(self, data):
        if not {"code", "pre"} & set(self.open):
            self.loose.append(data)


def seen(text: str) -> Seen:
    parser = Seen()
    parser.feed(text)
    parser.close()
    equal(parser.open, [], "tags that stay open")
    return parser


def judge(page: str):
    page.encode("utf-8")
    alerts = len(ALERT.findall(page))
    equal(alerts <= 1, True, "at most one alert")
    rendered = cmarkgfm.github_flavored_markdown_to_html(page, options=Options.CMARK_OPT_UNSAFE)
    found = seen(rendered)
    # The alert is the only Markdown: without its lines the page is the HTML that is to be shown.
    blocks = [block for block in page.split("\n\n") if not ALERT.match(block)]
    written = seen("\n\n".join(blocks))
    equal(found.tags["h3"], 1, "first-level headings")
    equal(rendered.lstrip().startswith("<h3>"), True, "the heading stands first")
    equal(found.links, written.links, "links")
    more = found.tags - written.tags
    equal(written.tags - found.tags, collections.Counter(), "tags that were lost")
    equal(more["blockquote"], alerts, "quotes")
    equal(more["p"], alerts, "paragraphs of alerts")
    equal(set(more) <= {"blockquote", "p", "code"}, True, f"tags that an alert may add, among {dict(more)}")
    for text in found.loose:
        for pattern in FILTERS:
            if re.search(pattern, text):
                raise AssertionError(f"{pattern} is in text outside of code: {text[:200]!r}")


for name, pages in json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8")).items():
    with case(f"{name}: nothing is forged") as detail:
        equal(len(pages) > 0, True, "there are pages")
        for page in pages:
            judge(page)
        detail.text = f"{len(pages)} pages"
