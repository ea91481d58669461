"""Both ends of a crawl in a process of its own, because a reactor starts once: a JSON task in, captures out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tracker.archive import FolderArchive
from tracker.crawl.job import Job, Options
from tracker.domain.capture import Capture, Validator
from tracker.domain.source import Source
from tracker.errors import OperatorError

ROOT = Path(__file__).parents[2]


def source(name: str, documents: dict[str, str], **more: Any) -> dict[str, Any]:
    """A declaration of documents by id and address."""
    return {
        "id": f"xa/{name}",
        "title": name,
        "jurisdiction": "XA",
        "publisher": {"name": "The Gazette"},
        "instrument": {"title": "An Act", "short": "Act", "type": "regulation"},
        "spider": "page",
        "format": "lims",
        "language": "de",
        "schedule": "41 4 * * *",
        "access": {"licence": "none", "terms": "none", "tried_live": "never"},
        "documents": [{"id": document, "url": url} for document, url in documents.items()],
        **more,
    }


def indexed(name: str, url: str, links: str = "//a/@href", **more: Any) -> dict[str, Any]:
    """A declaration of an index that links to documents named `law-...`."""
    index = {"url": url, "links": links, "match": r"/(?P<id>law-[^/]*)$"}
    return source(name, {}) | {"spider": "index", "index": index} | more


class Crawl:
    """The parent's end."""

    def __init__(self, archive: Path, jobs: list[dict[str, Any]], spiders: Path | None = None, **options: Any) -> None:
        self.archive = FolderArchive(archive)
        self.complaints = ""
        self._captures: dict[tuple[str, str], Capture] = {}
        own = {"TRACKER_SPIDERS": str(spiders)} if spiders else {}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **own},
        )
        assert self.process.stdin
        json.dump({"archive": str(archive), "jobs": jobs, "options": {"delay": 0.0, **options}}, self.process.stdin)
        self.process.stdin.close()
        self.process.stdin = None

    def captures(self) -> dict[tuple[str, str], Capture]:
        """All captures by source and document, once the child has ended."""
        if self.process.returncode is None:
            printed, self.complaints = self.process.communicate(timeout=60)
            for line in printed.splitlines():
                capture = Capture.from_json(json.loads(line))
                assert (capture.source, capture.document) not in self._captures, "a document has two captures"
                self._captures[capture.source, capture.document] = capture
        return self._captures

    def of(self, name: str, document: str) -> Capture:
        """The capture of one document."""
        return self.captures()[f"xa/{name}", document]


def main() -> int:
    """The child's end."""
    from tracker.crawl.run import run

    task = json.load(sys.stdin)
    options: dict[str, Any] = task["options"]
    if "robots_folder" in options:
        options["robots_folder"] = Path(options["robots_folder"])
    try:
        run(map(_job, task["jobs"]), FolderArchive(Path(task["archive"])), Options(**options), _tell)
    except OperatorError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _job(data: dict[str, Any]) -> Job:
    validators = {url: Validator(**validator) for url, validator in data.get("validators", {}).items()}
    return Job(Source.model_validate(data["source"]), validators, data.get("known_documents", {}))


def _tell(capture: Capture) -> None:
    sys.stdout.write(json.dumps(capture.to_json()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
