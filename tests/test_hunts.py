"""Hunts: every planted mistake can be found, the hints do not name it, and the doctor confirms it."""

import numpy as np
import pytest

import nnkit as nn
from nnkit.exercises import hunt
from nnkit.exercises.patients import patient
from nnkit.mistakes import CATALOGUE

HUNTS = [pytest.param(level, seed, id=f"level {level}, {seed}") for level in (1, 2, 3) for seed in range(3)]


@pytest.mark.parametrize(("level", "seed"), HUNTS)
def test_the_planted_mistake_is_right_and_the_doctor_finds_it(level, seed):
    found = hunt(level, rng=seed)
    assert not found.check().ok
    result = found.guess(found._planted.slug, layer=found._layer)
    assert result.status == "right"
    assert CATALOGUE[found._planted.slug].remedy in result.message
    diagnosis = found.diagnose()
    assert not diagnosis.ok
    assert any(finding.exact for finding in diagnosis.findings)
    assert any(confirms(found, finding) for finding in diagnosis.findings)


def confirms(found, finding):
    """The finding, planted, makes the same numbers."""
    mistake = CATALOGUE.get(finding.mistake)
    layer = finding.layer if mistake and mistake.by_layer else None
    return mistake is not None and found.guess(finding.mistake, layer=layer).status == "right"


@pytest.mark.parametrize(("level", "seed"), HUNTS)
def test_a_wrong_guess_says_what_speaks_against_it(level, seed):
    found = hunt(level, rng=seed)
    for slug, mistake in CATALOGUE.items():
        other = loss_grads(found, slug)
        same = all(
            np.allclose(other[name], grads) for name, grads in found.grad(dict(found.params), found.X, found.y).items()
        )
        result = found.guess(slug)
        assert result.status == ("right" if same else "wrong"), (slug, mistake)
        if not same:
            assert result.message.startswith(f"Not {slug}. It ")
            assert "would" in result.message


def loss_grads(found, slug):
    return nn.backward(found.net, found.X, found.y, recipe=nn.mistakes.plant(slug)).grads


@pytest.mark.parametrize(("level", "seed"), HUNTS)
def test_the_hints_do_not_name_the_mistake_alone(level, seed):
    found = hunt(level, rng=seed)
    hints = [str(found.hint(number)) for number in (1, 2, 3)]
    assert len(set(hints)) == 3
    assert found._planted.slug not in hints[0] + hints[1]
    assert found._planted.slug in hints[2]


def test_the_levels_plant_what_they_say():
    assert all(not hunt(1, rng=seed)._planted.by_layer for seed in range(10))
    assert all(hunt(2, rng=seed)._layer in (1, 2) for seed in range(10))
    assert {hunt(3, rng=seed).net.activations[0].name for seed in range(20)} == {"sigmoid", "tanh", "relu"}


def test_a_seed_brings_the_same_hunt_back_and_without_one_it_is_another():
    np.testing.assert_array_equal(hunt(2, rng=3).X, hunt(2, rng=3).X)
    assert any(not np.array_equal(hunt(1).params["W1"], hunt(1, rng=seed).params["W1"]) for seed in range(2))


def test_the_inspector_shows_the_planted_mistake():
    found = hunt(2, rng=0)
    assert (
        "DISAGREES"
        in nn.widgets.inspect(
            found.net, found.X, found.y, recipe=found.recipe, select=f"{found.check().wrong[0]}[0,0]"
        ).table()
    )


def test_the_first_hint_names_what_is_right_and_no_more():
    """W1 alone is wrong, and W2 is not."""
    found = hunt(3, rng=22)
    assert found.check().wrong == ("W1",)
    why = "W1 is wrong and b1 is right: which factor has a weight that a bias has not?"
    assert str(found.hint(1)) == f"Hint 1 of 3: {why}"


def test_its_text_form_says_what_to_do():
    assert repr(hunt(1, rng=0)).startswith("Hunt, level 1: one term of the whole gradient")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: hunt(4), "hunt: level is 4; expected a whole number from 1 to 3"),
        (lambda: hunt(1, rng="a"), "hunt: rng is 'a'; expected a seed"),
        (lambda: hunt(1, rng=0).hint(4), "hint: number is 4; expected a whole number from 1 to 3"),
        (lambda: hunt(1, rng=0).hint(1.0), "hint: number is 1.0; expected a whole number"),
        (lambda: hunt(1, rng=0).guess("weights_missing", layer=9), "plant: slug is"),
        (lambda: hunt(1, rng=0).guess("relu_mask", layer=3), "guess: layer is 3; expected a whole number from 1 to 2"),
        (lambda: patient(7), "patient: number is 7; expected a whole number from 1 to 6"),
        (lambda: hunt(1, rng=0).guess("sing"), "plant: slug is 'sing'"),
        (lambda: hunt(1, rng=0).guess("sign", layer=1), "plant: layer is 1 for 'sign'"),
    ],
)
def test_bad_input_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
