"""Bytes by their sha256."""

from tracker.archive.folder import FolderArchive

__all__ = ["FolderArchive"]
