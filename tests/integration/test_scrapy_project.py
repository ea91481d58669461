"""From a checkout, what a Scrapy user types works."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from tests.integration.crawl_child import ROOT
from tests.integration.loopback_site import LAW, Site, page
from tracker.archive import FolderArchive

DECLARATION = """
title: An Act
jurisdiction: CA
publisher: {{name: The Gazette, official: true}}
instrument: {{title: An Act, short: Act, type: regulation}}
spider: page
format: lims
documents:
  - {{id: text, url: "{url}"}}
language: en
schedule: 41 4 * * mon-fri
access: {{licence: none, terms: none, tried_live: never}}
delay: 0
"""


def scrapy(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, "TRACKER_HOME": str(home), **environment}
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False)


def test_scrapy_list_names_the_sources(tmp_path: Path) -> None:
    listed = scrapy(tmp_path, "list")
    assert "ca/cannabis-regulations" in listed.stdout.splitlines()
    assert listed.returncode == 0


def test_scrapy_crawl_archives_a_source_and_says_who_reads_it(tmp_path: Path) -> None:
    with Site("127.0.0.1", {"/law": page()}) as site:
        own = tmp_path / "spiders" / "xa"
        own.mkdir(parents=True)
        (own / "act.yml").write_text(DECLARATION.format(url=site.url("/law")))
        crawled = scrapy(tmp_path, "crawl", "xa/act", TRACKER_ALLOW_HOSTS="127.0.0.1")
    assert crawled.returncode == 0
    assert FolderArchive(tmp_path / "archive").get(sha256(LAW).hexdigest()) == LAW
    assert "it is read by `tracker crawl xa/act`" in crawled.stderr


def test_scrapy_crawl_of_an_unknown_source_names_the_nearest(tmp_path: Path) -> None:
    crawled = scrapy(tmp_path, "crawl", "ca/cannabis-regulation")
    assert "Did you mean ca/cannabis-regulations" in crawled.stderr
    assert "Traceback" not in crawled.stderr
    assert crawled.returncode == 2
