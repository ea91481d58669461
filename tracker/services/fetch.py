"""The crawl child: reads jobs from standard input, fetches and archives, and prints a line for each capture.

It runs in a process of its own, because a page may crash or hang what reads it, and imports no database.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tracker.archive import FolderArchive
from tracker.crawl.job import Job, Options
from tracker.domain.capture import Capture, Validator
from tracker.domain.source import Source
from tracker.errors import TrackerError

_PATIENCE = 10
"""Seconds to finish what has begun, once whoever started us is gone."""


def order(jobs: list[Job], archive: Path, options: Options) -> str:
    """What `main` reads: a batch of jobs as JSON."""
    return json.dumps(
        {
            "archive": str(archive),
            "options": {
                "contact": options.contact,
                "allow_hosts": options.allow_hosts,
                "robots_folder": str(options.robots_folder) if options.robots_folder else None,
                "delay": options.delay,
                "timeout": options.timeout,
                "max_bytes": options.max_bytes,
            },
            "jobs": [
                {
                    "source": job.source.model_dump(mode="json"),
                    "validators": {
                        url: [validator.snapshot, validator.etag, validator.last_modified]
                        for url, validator in job.validators.items()
                    },
                    "known_documents": dict(job.known_documents),
                }
                for job in jobs
            ],
        }
    )


def main() -> int:
    """Run the batch on standard input; exit code 2 with one sentence where it cannot be run."""
    from tracker.crawl.run import run

    line = sys.stdin.readline()
    if not line:
        return 0  # whoever started us has nothing to do after all
    given = json.loads(line)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    options = given["options"]
    options["allow_hosts"] = tuple(options["allow_hosts"])
    options["robots_folder"] = Path(options["robots_folder"]) if options["robots_folder"] else None
    try:
        run([_job(job) for job in given["jobs"]], FolderArchive(Path(given["archive"])), Options(**options), _say)
    except TrackerError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _end_with_the_parent() -> None:
    """Whoever started us keeps our standard input open; when it ends, however it ended, so do we, in order."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_PATIENCE)
    os._exit(1)


def _job(data: dict[str, Any]) -> Job:
    validators = {url: Validator(*fields) for url, fields in data["validators"].items()}
    return Job(Source.model_validate(data["source"]), validators, data["known_documents"])


def _say(capture: Capture) -> None:
    sys.stdout.write(json.dumps(capture.to_json()) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
