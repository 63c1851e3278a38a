"""The exercises: untouched stubs, right answers, every known mistake, and what the notebooks say of them."""

import ast
import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import nnkit as nn
from nnkit import exercises
from nnkit.exercises import EXERCISES

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
ALL = list(EXERCISES.values())
MISTAKES = [pytest.param(e, m, id=f"{e.name}-{i}-{m.term}") for e in ALL for i, m in enumerate(e.mistakes)]
by_name = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)


def stub(*_):
    raise NotImplementedError


@by_name
@pytest.mark.parametrize("attempt", [lambda *_: None, lambda *_: ..., stub], ids=["None", "ellipsis", "raises"])
def test_an_untouched_stub_is_not_attempted(exercise, attempt):
    assert exercises.check(exercise.name, attempt).status == "not attempted"


@by_name
def test_the_solution_as_shown_is_right(exercise):
    namespace = {"np": np}
    exec(str(exercises.solution(exercise.name)), namespace)
    result = exercises.check(exercise.name, namespace[exercise.answer.__name__])
    assert result.status == "right"
    assert result.message == exercise.proved


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES)
def test_every_known_mistake_is_named(exercise, mistake):
    result = exercises.check(exercise.name, mistake.variant)
    assert (result.status, result.term) == ("wrong", mistake.term)
    assert mistake.message in result.message
    assert "; it should be " in result.message  # an entry with both values, or both shapes


@pytest.mark.parametrize(("factor", "says"), [(len, "N"), (lambda X: 1 / len(X), "1/N"), (lambda X: 3, "3")])
def test_a_factor_over_all_results_is_named_alone_and_beside_a_known_mistake(factor, says):
    exercise = EXERCISES["03.gradients"]

    def scaled(function):
        return lambda X, *rest: tuple(factor(X) * array for array in function(X, *rest))

    mistake = next(m for m in exercise.mistakes if m.term == "input")
    alone = exercises.check(exercise.name, scaled(exercise.answer))
    both = exercises.check(exercise.name, scaled(mistake.variant))
    if says != "3":  # summed, or averaged twice: mistakes that the check knows by their own name
        assert alone.term == "batch sum"
    else:
        assert alone.term == "scale"
        assert f"all of it is {says} times what it should be" in alone.message
    assert both.term == "input"
    assert f"The scale: all of it is {says} times what it should be." in both.message


def test_an_attempt_that_is_off_by_another_factor_in_each_case_is_not_called_a_scale():
    exercise = EXERCISES["03.delta_output"]
    result = exercises.check(exercise.name, lambda a2, y: a2.sum() * exercise.answer(a2, y))
    assert result.term is None


@by_name
def test_the_letters_of_the_shapes_fit_every_case(exercise):
    """A letter is one size in a case, and N is another in another case: else N and 1/N have no name."""
    assert len(exercise.shapes) == len(exercise.arguments)
    seen = []
    for seed in range(3):
        found = {}
        for letters, value in zip(exercise.shapes, exercise.case(np.random.default_rng(seed)), strict=True):
            for letter, size in zip(letters.split(), np.shape(value), strict=True):
                assert found.setdefault(letter, size) == size
        seen.append(found.get("N"))
    assert seen == [None] * 3 or len(set(seen)) > 1


BY_N = ["01.neuron_gradient", "02.mean_squared_gradient", "03.gradients", "04.batch_gradient", "04.columns_layer"]
BY_N += ["01.repaired_step", "06.theta_gradient"]


@pytest.mark.parametrize("name", BY_N)
def test_a_division_by_another_size_or_by_a_fixed_number_is_said_once(name):
    """The right answer times N/D, or N/4, as a learner has it who divides by X.shape[1] or by 4."""
    exercise = EXERCISES[name]
    axes = {
        letter: (i, axis) for i, letters in enumerate(exercise.shapes) for axis, letter in enumerate(letters.split())
    }

    def divided(by):
        def attempt(*case):
            n, other = (np.shape(case[i])[axis] for i, axis in (axes["N"], axes.get(by, axes["N"])))
            factor, right = n / (other if by in axes else by), exercise.answer(*case)
            if exercise.start:
                start = case[exercise.arguments.index(exercise.start)]
                return start + factor * (right - start)
            return tuple(factor * array for array in right) if len(exercise.results) > 1 else factor * right

        return attempt

    for by in (*(axes.keys() & {"D", "H", "K"}), 9):
        message = exercises.check(name, divided(by)).message
        if by == "K" and name.startswith("01"):  # one output: to divide by K is to divide by nothing
            assert "it is a sum" in message
        elif "is off: all of it is" in message or "is off: your step is" in message:
            assert f"you divide by {by}{', whatever N is' if by == 9 else ' where N belongs'}." in message
        else:  # known by a name of its own
            assert "divided by the" in message
        assert "Two things are off" not in message


@pytest.mark.parametrize(("i", "name"), list(enumerate(["dW", "db", "slope"])))
def test_one_result_of_several_that_is_off_by_a_factor_is_named(i, name):
    exercise = EXERCISES["04.columns_layer"]

    def attempt(*case):
        values = list(exercise.answer(*case))
        values[i] = 3 * values[i]
        return values

    assert (
        f"The scale of {name} is off: it is 3 times what it should be."
        in exercises.check(exercise.name, attempt).message
    )


def test_two_results_that_are_off_by_factors_of_their_own_are_both_named():
    exercise = EXERCISES["04.columns_layer"]

    def attempt(W, a, delta):
        dW, db, slope = exercise.answer(W, a, delta)
        return 2 * dW, db, -5 * slope

    message = exercises.check(exercise.name, attempt).message
    assert "The scales are off: dW is 2 times, slope is -5 times what it should be." in message


def test_a_known_mistake_in_some_of_the_results_says_in_which():
    exercise = EXERCISES["03.gradients"]
    inputs = next(m for m in exercise.mistakes if "each weight was multiplied" in m.message)

    def attempt(*case):
        dW1, db1, dW2, db2 = exercise.answer(*case)
        return dW1, 3 * db1, dW2, db2

    assert "In" not in exercises.check(exercise.name, inputs.variant).message.split(".")[0]
    sums = exercises.check(exercise.name, lambda X, *rest: (*exercise.answer(X, *rest)[:3], rest[2].sum(axis=0)))
    assert sums.message.startswith("In db2 the batch sum is off: it is a sum.")
    assert exercises.check(exercise.name, attempt).term == "scale"


@by_name
def test_arguments_that_an_attempt_changes_are_named_and_the_verdict_stays(exercise):
    arrays = [name for name, letters in zip(exercise.arguments, exercise.shapes) if letters]

    def attempt(*case):
        right = exercise.answer(*case)
        for value in case:
            if isinstance(value, np.ndarray):
                np.add(value, 1.0, out=value)
        return right

    result = exercises.check(exercise.name, attempt)
    assert result.status == "right"
    assert (
        f"Your function changes {' and '.join([', '.join(arrays[:-1]), arrays[-1]]).removeprefix(' and ')} in place"
        in result.message
    )


def test_an_argument_that_is_put_back_is_not_changed():
    def attempt(f, x, h):
        slopes = np.zeros_like(x)
        for i in range(len(x)):
            x[i] += h
            up = f(x)
            x[i] -= 2 * h
            slopes[i] = (up - f(x)) / (2 * h)
            x[i] += h
        return slopes

    assert "in place" not in exercises.check("02.central_difference", attempt).message


@by_name
def test_no_two_mistakes_and_no_mistake_and_the_answer_give_the_same_numbers(exercise):
    """Otherwise the check would name the wrong one."""
    case = exercise.case(np.random.default_rng(0))
    outcomes = [
        flat(exercise, f(*case)) for f in (exercise.answer, *(mistake.variant for mistake in exercise.mistakes))
    ]
    for i, one in enumerate(outcomes):
        for other in outcomes[i + 1 :]:
            assert one.shape != other.shape or not np.allclose(one, other, rtol=1e-7, atol=1e-12)


def flat(exercise, value):
    return np.concatenate([np.ravel(entry) for entry in (value if len(exercise.results) > 1 else [value])])


@by_name
def test_an_unknown_mistake_says_which_entry_what_was_expected_and_what_came(exercise):
    def off_in_one_entry(*case):
        values = exercise.answer(*case)
        first = values if len(exercise.results) == 1 else values[0]
        first.flat[0] += 5.0
        return values

    case = exercise.case(np.random.default_rng(0))
    right = exercise.answer(*case)
    first = right if len(exercise.results) == 1 else right[0]
    at = ",".join("0" for _ in first.shape)
    name = said_of_one(exercise)
    result = exercises.check(exercise.name, off_in_one_entry)
    assert result.status == "wrong"
    assert f"At [{at}] your {name} is {first.flat[0] + 5:.6g}; it should be {first.flat[0]:.6g}." in result.message


def said_of_one(exercise):
    """The name of the first result, for one entry of it."""
    plural = {"slopes": "slope", "the medians": "median"}
    return plural.get(exercise.results[0], exercise.results[0].removeprefix("the "))


@by_name
def test_a_wrong_shape_is_said_before_the_numbers(exercise):
    def too_many_axes(*case):
        values = exercise.answer(*case)
        return values[None] if len(exercise.results) == 1 else (values[0][None], *values[1:])

    name = exercise.results[0].removeprefix("the ")
    message = exercises.check(exercise.name, too_many_axes).message
    assert f"Your {name} {'has' if name == said_of_one(exercise) else 'have'} shape (1, " in message


@by_name
def test_code_that_raises_becomes_a_message_with_the_shapes_it_was_given(exercise):
    def raises(*_):
        raise TypeError("no such thing")

    message = exercises.check(exercise.name, raises).message
    assert "TypeError: no such thing" in message
    assert f"{exercise.arguments[0]} (" in message


@pytest.mark.parametrize("error", [NameError("name 'a3' is not defined"), ValueError("Stop."), KeyError()])
def test_what_an_attempt_raised_ends_with_one_full_stop(error):
    def raises(*_):
        raise error

    message = exercises.check("03.delta_output", raises).message
    assert f"{str(error).rstrip('.') or type(error).__name__}. It was given a2 (" in message


@pytest.mark.parametrize(
    ("attempt", "says"),
    [
        (lambda delta2, W2, a1: delta2 @ W2, "the inner sizes have to agree"),
        (lambda delta2, W2, a1: delta2 @ W2, "here (…, 6) met (3, …). Which of the two needs a transpose?"),
        (lambda delta2, W2, a1: np.dot(delta2, W2), "here (5, 6) met (3, 6). Which of the two needs a transpose?"),
        (lambda delta2, W2, a1: delta2 * W2.T, "here (5, 6) met (6, 3). Is it a matrix product, @, that you want?"),
    ],
    ids=["matmul", "sizes", "dot", "broadcast"],
)
def test_shapes_that_do_not_fit_are_told_without_the_words_of_numpy(attempt, says):
    message = exercises.check("03.delta_hidden", attempt).message
    assert message.startswith("Your function raised ValueError: ")
    assert says in message
    assert "It was given delta2 (5, 6), W2 (3, 6), a1 (5, 3)." in message
    assert "gufunc" not in message


def only_a_docstring(*_):
    """Nothing here yet."""


def passes(*_):
    pass


@pytest.mark.parametrize("attempt", [only_a_docstring, passes])
def test_a_function_that_does_nothing_is_a_stub(attempt):
    assert exercises.check("03.delta_output", attempt).status == "not attempted"


def forgets_to_return(a2, y):
    delta2 = (a2 - y) * a2 * (1 - a2)  # noqa: F841


@pytest.mark.parametrize("attempt", [forgets_to_return, lambda a2, y: print(end="")])
def test_a_missing_return_is_named(attempt):
    result = exercises.check("03.delta_output", attempt)
    assert str(result).startswith("Wrong. Your function returned None. Is a `return` missing?")


@by_name
def test_a_wrong_answer_says_where_the_hints_are(exercise):
    message = exercises.check(exercise.name, lambda *_: None or "text").message
    call = f'nn.exercises.hint("{exercise.name}")'
    assert f"Hints: {call}, in a cell of its own." in message
    assert "nn.exercises.hint(" not in exercises.check(exercise.name, exercise.answer).message
    assert str(eval(call, {"nn": nn})).endswith(f'The next one: nn.exercises.hint("{exercise.name}", 2).')


UNKNOWN = "It is none of the mistakes that this check knows."


@pytest.mark.parametrize(
    ("name", "spoil", "clue"),
    [
        (
            "03.gradients",
            lambda dW1, db1, dW2, db2: (db1, dW1, dW2, db2),
            "It is db1. Return dW1, db1, dW2 and db2, in",
        ),
        ("03.gradients", lambda dW1, db1, dW2, db2: (dW1.T, db1, dW2, db2), "It has the shape of the transpose."),
        ("03.gradients", lambda dW1, db1, dW2, db2: (dW1, db1[None], dW2, db2), "An axis of length 1 is too many."),
        ("03.gradients", lambda dW1, db1, dW2, db2: (dW1, db1.mean(), dW2, db2), "It is one number."),
        ("03.gradients", lambda dW1, db1, *rest: (dW1, np.ones(5), *rest), "It has an entry for each example."),
        ("03.gradients", lambda dW1, db1, *rest: (dW1, np.ones(7), *rest), UNKNOWN),
        (
            "03.gradients",
            lambda dW1, *rest: (dW1[None].repeat(9, 0), *rest),
            "Is there a sum over the examples missing?",
        ),
        ("03.delta_output", lambda delta: delta.mean(1), UNKNOWN),
        ("00.half_squared_error", lambda a: a[:, None] - a, "Did (N,) meet (N, 1)?"),
        ("00.half_squared_error", lambda a: a[:, None], "An axis of length 1 is too many."),
    ],
)
def test_a_clue_is_given_where_the_shapes_are_sure_and_else_none(name, spoil, clue):
    answer = EXERCISES[name].answer
    several = len(EXERCISES[name].results) > 1
    message = exercises.check(name, lambda *case: spoil(*answer(*case)) if several else spoil(answer(*case))).message
    clues = ["It is db1", "transpose", "axis of length 1", "sum over the examples missing", "(N,)", UNKNOWN]
    clues += ["It is one number", "an entry for each example"]
    assert clue in message
    assert [other for other in clues if other in message] == [other for other in clues if other in clue]


def test_a_known_mistake_in_the_shape_has_no_second_clue():
    message = exercises.check("00.half_squared_error", lambda a, y: (a - y) ** 2).message
    assert "add over k" in message
    assert "examples missing" not in message
    assert UNKNOWN not in message


@by_name
@pytest.mark.parametrize("value", ["text", [[1], [1, 2]], 7j, object()], ids=["text", "ragged", "complex", "object"])
def test_something_that_is_no_array_is_wrong_and_says_what_to_return(exercise, value):
    result = exercises.check(exercise.name, lambda *_: value)
    assert result.status == "wrong"
    assert exercise.results[0].removeprefix("the ") in result.message


def test_nan_is_wrong():
    assert exercises.check("01.sigmoid_slope", lambda z: np.full_like(z, np.nan)).status == "wrong"


@by_name
def test_an_attempt_cannot_change_the_inputs_of_the_check(exercise):
    def vandal(*case):
        for value in case:
            if isinstance(value, np.ndarray):
                value[...] = 0.5  # not 0: one example of zeros has no delta
        return exercise.answer(*case)

    assert exercises.check(exercise.name, vandal).status == "wrong"
    assert exercises.check(exercise.name, exercise.answer).status == "right"


@by_name
def test_three_hints_the_second_of_which_does_not_give_the_answer_away(exercise):
    hints = [str(exercises.hint(exercise.name, i)) for i in (1, 2, 3)]
    assert len(set(hints)) == len(hints)
    final = inspect.getsource(exercise.answer).split("return ")[-1].strip()
    assert final not in hints[0] + hints[1]


def test_a_wrong_name_number_or_attempt_is_refused_at_the_door():
    with pytest.raises(ValueError, match=r"check: name is '01.sigmoid_slop'.*Did you mean '01.sigmoid_slope'"):
        exercises.check("01.sigmoid_slop", stub)
    with pytest.raises(ValueError, match=r"hint: number is 4; expected 1 to 3"):
        exercises.hint("01.sigmoid_slope", 4)
    with pytest.raises(ValueError, match=r"check: attempt is a ndarray; expected your function itself"):
        exercises.check("01.sigmoid_slope", np.zeros(3))


# --- the notebooks ---------------------------------------------------------------------------------------------------


def stubs():
    """Every exercise cell of the notebooks: (notebook, exercise name, the function that it defines)."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "exercises.check(" in source:
                tree = ast.parse(source)
                call = tree.body[-1].value
                yield pytest.param(path.name, call.args[0].value, tree.body[0], call, id=call.args[0].value)


@pytest.mark.parametrize(("notebook", "name", "function", "call"), list(stubs()))
def test_the_stub_in_the_notebook_is_that_of_the_exercise(notebook, name, function, call):
    exercise = EXERCISES[name]
    assert notebook.startswith(name.split(".")[0])
    assert (function.name, call.args[1].id) == (exercise.answer.__name__, exercise.answer.__name__)
    assert tuple(argument.arg for argument in function.args.args) == exercise.arguments


def test_every_exercise_is_in_a_notebook():
    assert {param.values[1] for param in stubs()} == set(EXERCISES)
