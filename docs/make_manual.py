#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one HTML file of docs/manual.md, to be read without a network: pictures and style are inside.

make_manual.py OUTPUT.html. Needs cmark-gfm, which reads Markdown as code hosting sites do. Ends with 1 and a sentence when
that, a picture or a page that is linked to is missing. Pages that are linked to are named by their place in docs/, since the file
stands alone.
"""
import base64
import html
import pathlib
import re
import shutil
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parent


def fail(what: str, hint: str) -> None:
    sys.exit(f"make_manual.py: {what} — {hint}")


def body_of(markdown: str) -> str:
    if not shutil.which("cmark-gfm"):
        fail("cmark-gfm is not installed.", "Install it: apt-get install cmark-gfm")
    # Raw HTML is our own (<kbd>), so it may stay.
    done = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table"], input=markdown, text=True, capture_output=True)
    if done.returncode:
        fail(f"cmark-gfm failed: {done.stderr.strip()}", "Check docs/manual.md.")
    return done.stdout


def anchor(title: str) -> str:
    """As code hosting sites make it, so that links in the source work in both."""
    return re.sub(r"[^\w -]", "", html.unescape(re.sub(r"<[^>]+>", "", title)).lower()).replace(" ", "-")


def with_anchors(body: str) -> str:
    return re.sub(r"<(h[1-6])>(.*?)</\1>", lambda m: f'<{m[1]} id="{anchor(m[2])}">{m[2]}</{m[1]}>', body)


def with_pictures(body: str) -> str:
    def embedded(match: re.Match) -> str:
        picture = DOCS / match[1]
        if not picture.is_file():
            fail(f'the picture "{match[1]}" is not there.', "Draw it: make manual-pictures")
        return f'src="data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"'

    return re.sub(r'src="([^"]+)"', embedded, body)


def with_links(body: str) -> str:
    def kept(match: re.Match) -> str:
        target, text = match[1], match[2]
        if target.startswith("#"):
            if f'id="{target[1:]}"' not in body:
                fail(f'no chapter is called "{target}".', "Correct the link in docs/manual.md.")
            return match[0]
        if not (DOCS / target).is_file():
            fail(f'the page "{target}" is not there.', "Correct the link in docs/manual.md.")
        return f"<em>{text}: docs/{target}</em>" if text != target else f"<em>docs/{target}</em>"

    return re.sub(r'<a href="([^"]+)">(.*?)</a>', kept, body)


def page(markdown: str) -> str:
    body = with_anchors(body_of(markdown))
    body = with_pictures(with_links(body))
    title = re.search(r"^# (.+)$", markdown, re.M)
    if not title:
        fail("docs/manual.md has no title.", "Begin it with a line “# Title”.")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title[1])}</title>\n<style>\n{(DOCS / 'manual.css').read_text()}</style>\n"
        f"</head>\n<body>\n{body}</body>\n</html>\n"
    )


def main() -> None:
    if len(sys.argv) != 2:
        fail("one file to write is expected.", "Say: make_manual.py OUTPUT.html")
    output = pathlib.Path(sys.argv[1])
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page((DOCS / "manual.md").read_text(encoding="utf-8")), encoding="utf-8")
    print(f"Wrote {output} ({output.stat().st_size / 1e6:.1f} MB).")


if __name__ == "__main__":
    main()
