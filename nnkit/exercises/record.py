"""What you have solved so far, in one JSON file of your user account.

The file survives kernel restarts and upgrades. It is written whole or not at all. A damaged file is set aside under
another name, never deleted. On Binder, where the disk goes away, export it and import it again.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import sentence
from ..text import html_table, text_table

VERSION = 1
Entry = dict[str, Any]  # {"attempts": 3, "solved": "2026-11-22" or None}


def progress_file() -> Path:
    """Where the file is; the environment variable NNKIT_PROGRESS names another place."""
    if named := os.environ.get("NNKIT_PROGRESS"):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("backprop-workbook") / "progress.json"


def load(path: Path) -> tuple[dict[str, Entry], str]:
    """The entries of the file and a message, which is empty when all is well. No file means no entries.

    A file that cannot be read as progress is moved to a name of its own, and the message says so.
    """
    try:
        return _parse(path.read_text(encoding="utf-8")), ""
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        return {}, f"Your progress could not be read: {error}."
    except ValueError as error:
        aside = _free_name(path)
        try:
            os.replace(path, aside)
        except OSError:
            return {}, f"Your progress file {path.name} is damaged ({error}) and was left alone."
        return {}, f"Your progress file was damaged ({error}). It is kept as {aside.name}; a new one is begun."


def save(path: Path, entries: Mapping[str, Entry]) -> str:
    """Write the file whole or not at all. Returns a message, which is empty when all is well."""
    text = json.dumps({"version": VERSION, "exercises": dict(sorted(entries.items()))}, indent=1)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8") as file:
            temporary = Path(file.name)
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        return f"Your progress could not be saved: {error}."
    return ""


def note_attempt(name: str, *, solved: bool) -> str:
    """Add one attempt at an exercise. What was solved once stays solved. Returns a message, empty when all is well."""
    path = progress_file()
    entries, damaged = load(path)
    entry = entries.get(name, {"attempts": 0, "solved": None})
    day = datetime.now(UTC).date().isoformat()
    entries[name] = {"attempts": entry["attempts"] + 1, "solved": entry["solved"] or (day if solved else None)}
    return " ".join(filter(None, [damaged, save(path, entries)]))


def merge(one: Mapping[str, Entry], other: Mapping[str, Entry]) -> dict[str, Entry]:
    """Both together: the larger number of attempts, the earlier day of a solution."""
    merged = {}
    for name in {*one, *other}:
        entries = [entries[name] for entries in (one, other) if name in entries]
        days = [entry["solved"] for entry in entries if entry["solved"]]
        merged[name] = {"attempts": max(e["attempts"] for e in entries), "solved": min(days) if days else None}
    return merged


def export_progress(path: str | Path) -> str:
    """Copy your progress to a file of your choice, to take it along from Binder. Returns what was done."""
    entries, message = load(progress_file())
    failed = save(Path(path), entries)
    return " ".join(filter(None, [message, failed])) or f"{len(entries)} exercises written to {Path(path).name}."


def import_progress(path: str | Path) -> str:
    """Add the progress in a file that `export_progress` wrote. Nothing that you solved here is lost.

    Raises ValueError when the file is not one, FileNotFoundError when it is not there.
    """
    try:
        new = _parse(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            sentence(
                "import_progress",
                "path",
                f"is {Path(path).name}, which is damaged ({error})",
                "a file that export_progress wrote",
            )
        ) from error
    here, message = load(progress_file())
    failed = save(progress_file(), merge(here, new))
    return " ".join(filter(None, [message, failed])) or f"{len(new)} exercises read from {Path(path).name}."


@dataclass(frozen=True, repr=False)
class Overview:
    """Your progress as a table, a notebook a row."""

    entries: Mapping[str, Entry]
    names: tuple[str, ...]
    message: str

    def _table(self) -> tuple[list[list[str]], list[str]]:
        rows = []
        for notebook in sorted({name.split(".")[0] for name in self.names}):
            names = [name for name in self.names if name.startswith(f"{notebook}.")]
            solved = [name for name in names if self.entries.get(name, {}).get("solved")]
            tried = [name for name in names if name in self.entries and name not in solved]
            rows.append([notebook, f"{len(solved)} of {len(names)}", ", ".join(name[3:] for name in tried) or "none"])
        return rows, ["notebook", "solved", "tried, not solved yet"]

    def __str__(self) -> str:
        return "\n\n".join(filter(None, [self.message, text_table(*self._table())]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html_table(self.message, *self._table())


def _parse(text: str) -> dict[str, Entry]:
    """The entries, with fields that a later version added. Raises ValueError when the text is no progress file."""
    data = json.loads(text)
    exercises = data.get("exercises") if isinstance(data, dict) else None
    if not isinstance(exercises, dict):
        raise ValueError("it has no table of exercises")
    for name, entry in exercises.items():
        attempts = entry.get("attempts") if isinstance(entry, dict) else None
        if not isinstance(attempts, int) or not isinstance(entry.get("solved"), str | None):
            raise ValueError(f"the entry of {name} is not one")
    return exercises


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    return aside
