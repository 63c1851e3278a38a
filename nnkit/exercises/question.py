"""Questions with choices: click one, and it says at once whether it is right and why.

The text form has the same words and letters; `answer("02.why_two", "b")` is the same as a click. What you have solved
before is marked in the browser only: the text form is the same for everybody.
"""

from __future__ import annotations

from typing import Any

from .engine import Question, Result
from .record import load, note_attempt, progress_file

LETTERS = "abcdefgh"


def answer_question(question: Question, letter: str) -> Result:
    """What the choice with this letter is worth. The caller has checked the letter."""
    choice = question.choices[LETTERS.index(letter)]
    message = note_attempt(question.name, solved=choice.right)
    return Result("right" if choice.right else "wrong", " ".join(filter(None, [choice.why, message])))


class Asked:
    """A question in a notebook: radio buttons in JupyterLab, text everywhere else."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def __repr__(self) -> str:
        lines = [f"{letter})  {choice.text}" for letter, choice in zip(LETTERS, self.question.choices)]
        how = f'Choose one, or run nn.exercises.answer("{self.question.name}", "a").'
        return "\n".join([self.question.text, "", *lines, "", how])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The buttons for a browser, and beside them the text form."""
        box = _buttons(self.question)
        bundle = box._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        return bundle


def _buttons(question: Question) -> Any:
    from html import escape

    import ipywidgets

    options = [(f"{letter})  {choice.text}", letter) for letter, choice in zip(LETTERS, question.choices)]
    wide = ipywidgets.Layout(width="auto")
    radio = ipywidgets.RadioButtons(options=options, value=None, layout=wide)
    entries, damaged = load(progress_file())
    solved = "✓ Solved before." if entries.get(question.name, {}).get("solved") else ""
    says = ipywidgets.HTML(escape(damaged or solved), layout=wide)

    def chosen(change: dict[str, Any]) -> None:
        says.value = answer_question(question, change["new"])._repr_html_()

    radio.observe(chosen, names="value")
    return ipywidgets.VBox([ipywidgets.HTML(f"<b>{escape(question.text)}</b>"), radio, says])
