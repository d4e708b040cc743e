"""The site in a browser: nothing missing, nothing fetched, nothing wider than a phone. Slow."""

import http.server
import json
import re
import shutil
import subprocess
import threading
from functools import partial
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dante_ref import cli
from dante_ref.companion.api import modules
from dante_ref.companion.items import ITEMS
from dante_ref.report import wording
from dante_ref.theorems import CLAIMS

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here")
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--no-first-run", "--hide-scrollbars"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    verify = ["verify", "--instances", "300", "--generations", "2", "--out", str(folder / "out")]
    cli.main(verify)
    assert cli.main(["site", str(folder / "site"), "--from", str(folder / "out")]) == 0
    return folder / "site"


class Links(HTMLParser):
    """A page's links, ids, headings, tables and pictures."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.links, self.ids, self.headings, self.bad, self.loaded = [], set(), [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if "id" in values:
            if values["id"] in self.ids:
                self.bad.append(f"id {values['id']} twice")
            self.ids.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in ("script", "img", "link", "iframe", "source") and "math" not in values:
            self.loaded += [values[k] for k in ("src", "href", "srcset") if k in values]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th" and "scope" not in values and "notebook" not in self.rawdata[:0]:
            self.bad.append("a <th> without scope")
        if tag == "img" and not values.get("alt"):
            self.bad.append("an <img> without alt")
        if tag == "svg" and "role" not in values and values.get("aria-hidden") != "true" and (
            "viewBox" not in values and "viewbox" not in values
        ):
            self.bad.append("an <svg> that is neither named nor hidden")


@pytest.fixture(scope="module")
def parsed(site):
    return {path.name: Links(path) for path in sorted(site.glob("*.html"))}


def test_there_is_a_page_for_each_item_module_and_section(site, parsed):
    assert {f"{name}.html" for name in ITEMS} <= set(parsed)
    assert {f"code-{module}.html" for module in modules()} <= set(parsed)
    assert {"index.html", "ledger.html", "experiments.html", "course.html", "api.html"} <= set(
        parsed)
    assert sum(p.stat().st_size for p in site.rglob("*")) < 15e6


def test_every_link_resolves_within_the_folder(site, parsed):
    for name, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto") and "code-" not in name:
                continue  # a reference that a reader may follow; nothing is loaded from it
            target = unquote(parts.path) or name
            assert target in parsed, f"{name}: {link}"
            if parts.fragment:
                assert unquote(parts.fragment) in parsed[target].ids, f"{name}: {link}"


def test_nothing_is_loaded_from_elsewhere(site, parsed):
    for name, page in parsed.items():
        for source in page.loaded:
            own = source in ("style.css", "search.js") or source.startswith("data:")
            assert own, (name, source)
    assert not re.search(r"url\((?!#)|@import", (site / "style.css").read_text(encoding="utf-8"))
    assert not re.search(r"fetch\(|XMLHttp|https?:", re.sub(
        r"var INDEX = .*", "", (site / "search.js").read_text(encoding="utf-8")))


def test_pages_can_be_heard(parsed):
    """Headings go down one level at a time, tables have scopes, pictures have words."""
    for name, page in parsed.items():
        assert page.headings[0] == 1, name
        if not re.match(r"\d\d-", name):
            assert page.headings.count(1) == 1, name
            for before, after in zip(page.headings, page.headings[1:], strict=False):
                assert after <= before + 1, (name, page.headings)
            assert not page.bad, (name, page.bad[:3])


def test_each_claim_is_on_its_items_page_and_in_the_search(site, parsed):
    index = (site / "search.js").read_text(encoding="utf-8")
    entries = json.loads(re.search(r"var INDEX = (\[.*\]);", index).group(1))
    for claim in CLAIMS:
        (_, _, target), = [entry for entry in entries if entry[0] == claim]
        name, anchor = target.split("#")
        assert anchor == claim and anchor in parsed[name].ids
    assert any(entry[0] == "gᵢ" for entry in entries)
    for _, _, target in entries:
        name, _, anchor = target.partition("#")
        assert name in parsed and (not anchor or anchor in parsed[name].ids)


def test_every_line_of_theorem_1_leads_to_its_code_and_back(site):
    page = (site / "theorem-1.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr[^>]* id="(theorem-1-0-\d+)">(.*?)</tr>', page, re.S)
    assert rows
    for row, html in rows:
        module, line = re.search(r'href="code-([\w.]+)\.html#L(\d+)"', html).groups()
        code = (site / f"code-{module}.html").read_text(encoding="utf-8")
        here = code[code.index(f'id="L{line}"'):]
        assert f'href="theorem-1.html#{row}"' in here[: here.index("</span>\n") + 2000]


def test_every_display_of_section_5_has_its_row_its_code_and_where_it_fails(site, parsed):
    page = unescape((site / "section-5.html").read_text(encoding="utf-8"))
    printed = [c for c in CLAIMS.values() if c.proof and c.proof.source.startswith("section 5.")]
    assert len(printed) == 6
    for claim in printed:
        worst = claim.worst()
        for k, chain in enumerate(claim.proof.at(worst, float(worst.slqc().gap))):
            for i, line in enumerate(chain.lines):
                row = page[page.index(f'html#{claim.id}-{k}-{i}"'):].split("</tr>")[0]
                assert str(line.formula) in row and 'href="code-theorems.' in row
        for failure in claim.proof.failures():
            assert wording.failure(failure) in page
    assert page.count("<strong>GAP</strong>") == sum(len(c.proof.gaps) for c in printed)


# In Chromium

PROBE = """<!DOCTYPE html><meta charset="utf-8"><iframe id="f" style="width:400px;height:900px;
border:0"></iframe><pre id="out"></pre><script>
var pages = __PAGES__, found = {}, frame = document.getElementById("f");
window.addEventListener("message", function () {});
function next() {
  if (!pages.length) { document.getElementById("out").textContent = JSON.stringify(found); return; }
  var page = pages.shift();
  frame.onload = function () {
    var w = frame.contentWindow, d = frame.contentDocument;
    found[page] = {width: d.documentElement.scrollWidth,
      asked: w.performance.getEntriesByType("resource").map(function (e) { return e.name; }),
      errors: w.probed || []};
    if (page === "theorem-4.html") {
      var range = d.querySelector("input.range"), frames = d.querySelectorAll(".slider .frame");
      range.value = "0"; range.dispatchEvent(new w.Event("input"));
      found.slider = [frames[0].hidden, d.querySelector("output").textContent];
    }
    if (page === "index.html") {
      var box = d.getElementById("search");
      box.value = "theorem-1-sharp"; box.dispatchEvent(new w.Event("input"));
      var link = d.querySelector("#found a");
      found.search = link ? link.getAttribute("href") : null;
    }
    next();
  };
  frame.src = page;
}
next();
</script>"""


@browser
def test_in_a_browser_nothing_is_wider_than_a_phone_and_nothing_leaves_the_folder(site, parsed):
    """Served from the folder, as a page may not look into frames of file://."""
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path == "/probe":
                names = [n for n in parsed if not n.startswith("code-")] + ["code-slqc.html"]
                body = PROBE.replace("__PAGES__", json.dumps(names)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(body)
            else:
                super().do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        done = subprocess.run(
            [CHROMIUM, *QUIET, "--virtual-time-budget=120000", "--timeout=240000", "--dump-dom",
             "--enable-logging=stderr", f"{url}/probe"],
            capture_output=True, text=True, timeout=400,
        )
    finally:
        server.shutdown()
    found = json.loads(re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.S).group(1)
                       .replace("&amp;", "&"))
    slider, search = found.pop("slider"), found.pop("search")
    assert len(found) > len(ITEMS)
    for name, page in found.items():
        assert page["width"] <= 400, f"{name} is {page['width']} px wide"
        assert all(a.startswith(url) for a in page["asked"]), (name, page["asked"])
    assert slider == [False, "0.1"] and search == "theorem-1.html#theorem-1-sharp"
    known = {f"/{path.name}" for path in site.iterdir()} | {"/probe", "/favicon.ico"}
    assert {urlsplit(path).path for path in asked} <= known
    assert not [line for line in done.stderr.splitlines()
                if "CONSOLE" in line and "favicon" not in line]


@browser
def test_file_urls_work_and_the_console_is_empty(site):
    for name in ("index.html", "theorem-4.html", "algorithm-2.html", "table-1.html"):
        done = subprocess.run(
            [CHROMIUM, *QUIET, "--enable-logging=stderr", "--virtual-time-budget=5000",
             "--dump-dom", (site / name).as_uri()],
            capture_output=True, text=True, timeout=120,
        )
        assert "</html>" in done.stdout
        assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@browser
def test_the_ledger_prints_on_less_than_40_pages(site):
    """ledger.html of `verify`, whose every theorem starts a page."""
    for page in (site / "ledger.html", site.parent / "out" / "ledger.html"):
        pdf = site.parent / "printed.pdf"
        subprocess.run(
            [CHROMIUM, *QUIET, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()],
            capture_output=True, timeout=240, check=True,
        )
        pages = len(re.findall(rb"/Type\s*/Page\b", Path(pdf).read_bytes()))
        assert 1 <= pages < 40, f"{page} takes {pages} pages"
