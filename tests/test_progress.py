"""Progress on disk: written whole or not at all, never lost, and the same for questions."""

import json
import os

import pytest

from nnkit import exercises
from nnkit.exercises import QUESTIONS, record

RIGHT = exercises.EXERCISES["01.sigmoid_slope"].answer


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    path = tmp_path / "deep" / "progress.json"
    monkeypatch.setenv("NNKIT_PROGRESS", str(path))
    return path


def entries(file):
    return json.loads(file.read_text())["exercises"]


def test_a_stub_leaves_no_trace_an_attempt_does_and_a_solution_stays(file):
    exercises.check("01.sigmoid_slope", lambda z: None)
    assert not file.exists()
    exercises.check("01.sigmoid_slope", lambda z: z)
    assert entries(file)["01.sigmoid_slope"] == {"attempts": 1, "solved": None}
    exercises.check("01.sigmoid_slope", RIGHT)
    day = entries(file)["01.sigmoid_slope"]["solved"]
    assert day
    exercises.check("01.sigmoid_slope", lambda z: z)
    assert entries(file)["01.sigmoid_slope"] == {"attempts": 3, "solved": day}


def test_the_overview_counts_solved_and_tried(file):
    exercises.check("01.sigmoid_slope", RIGHT)
    exercises.check("01.neuron_gradient", lambda *_: 0)
    row = next(line for line in str(exercises.progress()).splitlines() if line.startswith("01"))
    in_01 = [name for name in (*exercises.EXERCISES, *QUESTIONS) if name.startswith("01.")]
    assert row.split()[1:] == ["1", "of", str(len(in_01)), "neuron_gradient"]
    assert "neuron_gradient" in exercises.progress()._repr_html_()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"exercises": 3}', '{"exercises": {"01.x": 1}}', "\x00"])
def test_a_damaged_file_is_set_aside_and_said(file, damage):
    file.parent.mkdir()
    file.write_text(damage)
    message = exercises.check("01.sigmoid_slope", RIGHT).message
    assert "damaged" in message
    assert "progress.damaged-1.json" in message
    assert (file.parent / "progress.damaged-1.json").read_text() == damage
    assert entries(file)["01.sigmoid_slope"]["solved"]
    file.write_text(damage)
    exercises.progress()
    assert (file.parent / "progress.damaged-2.json").exists()


def test_a_write_that_fails_leaves_the_old_file_and_says_so(file, monkeypatch):
    exercises.check("01.sigmoid_slope", RIGHT)
    before = file.read_text()

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", full)
    assert "could not be saved: disk full" in exercises.check("01.neuron_gradient", lambda *_: 0).message
    assert file.read_text() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_place_that_cannot_be_written_does_not_stop_a_check(tmp_path, monkeypatch):
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    monkeypatch.setenv("NNKIT_PROGRESS", str(blocked / "progress.json"))
    result = exercises.check("01.sigmoid_slope", RIGHT)
    assert result.status == "right"
    assert "could not be" in result.message


def test_export_and_import_bring_everything_along_and_lose_nothing(file, tmp_path, monkeypatch):
    exercises.check("01.sigmoid_slope", RIGHT)
    out = tmp_path / "mine.json"
    assert exercises.export_progress(out) == "1 exercises written to mine.json."
    monkeypatch.setenv("NNKIT_PROGRESS", str(tmp_path / "other" / "progress.json"))
    exercises.check("01.sigmoid_slope", lambda z: z)
    exercises.check("01.neuron_gradient", lambda *_: 0)
    assert exercises.import_progress(out) == "1 exercises read from mine.json."
    both = entries(tmp_path / "other" / "progress.json")
    assert set(both) == {"01.sigmoid_slope", "01.neuron_gradient"}
    assert both["01.sigmoid_slope"]["solved"]


def test_an_import_of_something_else_is_refused_and_changes_nothing(file, tmp_path):
    exercises.check("01.sigmoid_slope", RIGHT)
    before = file.read_text()
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(ValueError, match=r"import_progress: path is x.json, which is damaged"):
        exercises.import_progress(tmp_path / "x.json")
    with pytest.raises(FileNotFoundError):
        exercises.import_progress(tmp_path / "y.json")
    assert file.read_text() == before


def test_fields_of_a_later_version_are_kept(file):
    file.parent.mkdir()
    file.write_text(json.dumps({"version": 2, "exercises": {"09.new": {"attempts": 1, "solved": None, "stars": 5}}}))
    exercises.check("01.sigmoid_slope", RIGHT)
    assert entries(file)["09.new"]["stars"] == 5


def test_merge_takes_the_earlier_day_and_the_larger_number():
    one = {"a": {"attempts": 1, "solved": "2026-02-01"}}
    other = {"a": {"attempts": 5, "solved": "2026-01-01"}, "b": {"attempts": 1, "solved": None}}
    assert record.merge(one, other) == {"a": {"attempts": 5, "solved": "2026-01-01"}, "b": other["b"]}


# --- questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_one_right_choice_and_a_reason_for_each(name, file):
    question = QUESTIONS[name]
    assert sum(choice.right for choice in question.choices) == 1
    assert len({choice.text for choice in question.choices}) == len(question.choices) >= 3
    for letter, choice in zip("abcdefgh", question.choices, strict=False):
        result = exercises.answer(name, letter)
        assert (result.status == "right") == choice.right
        assert choice.why in result.message
    assert entries(file)[name] == {"attempts": len(question.choices), "solved": entries(file)[name]["solved"]}
    assert entries(file)[name]["solved"]


def test_the_right_choice_is_not_always_the_same_letter():
    places = {[choice.right for choice in question.choices].index(True) for question in QUESTIONS.values()}
    assert len(places) > 1


def test_a_question_shows_buttons_and_the_same_text_and_a_click_answers(file):
    asked = exercises.ask("03.wrong_below")
    data = asked._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == repr(asked)
    assert all(choice.text in repr(asked) for choice in asked.question.choices)

    from nnkit.exercises.question import _buttons

    _, radio, says = _buttons(asked.question).children
    for letter, choice in zip("abc", asked.question.choices, strict=True):
        radio.value = letter
        assert ("✓" if choice.right else "✗") in says.value


def test_a_question_that_was_solved_says_so_to_the_browser_and_not_in_the_text(file):
    from nnkit.exercises.question import _buttons

    asked = exercises.ask("03.wrong_below")
    text = repr(asked)
    says = [_buttons(asked.question).children[2].value]
    for letter in "ac":
        exercises.answer("03.wrong_below", letter)
        says.append(_buttons(asked.question).children[2].value)
    assert says == ["", "", "✓ Solved before."]
    assert repr(exercises.ask("03.wrong_below")) == text


def test_a_damaged_file_is_said_beside_a_question(file):
    from nnkit.exercises.question import _buttons

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{", encoding="utf-8")
    assert "was damaged" in _buttons(exercises.ask("03.wrong_below").question).children[2].value


@pytest.mark.parametrize("letter", ["c", "C", "c)", " c "])
def test_a_letter_may_be_typed_as_it_is_printed(letter, file):
    assert exercises.answer("03.wrong_below", letter).status == "right"


def test_a_wrong_name_or_letter_is_refused():
    with pytest.raises(ValueError, match=r"ask: name is '03.wrong'"):
        exercises.ask("03.wrong")
    with pytest.raises(ValueError, match=r"answer: letter is 'd'; expected one of 'a', 'b', 'c'"):
        exercises.answer("03.wrong_below", "d")
