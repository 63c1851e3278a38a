"""nudges: many nudged copies of a network in one batch give what one call each gives."""

import numpy as np
import pytest
from hypothesis import given
from strategies import cases, make_case, property_test

import nnkit as nn
from nnkit import nudges
from nnkit.nudges import NetworkLoss
from nnkit.numeric import one_by_one

pytestmark = pytest.mark.filterwarnings("error")


def both_ways(case, name, nudge):
    """The nudged losses of every entry of a parameter: in a batch, and one call each."""
    params = {key: array.copy() for key, array in case.net.params.items()}
    loss = NetworkLoss(case.net)
    entries = np.arange(params[name].size)
    singly = one_by_one(lambda: loss(params, case.X, case.y), params[name])(entries, nudge)
    return loss.nudges(case.net.params, case.X, case.y, name)(entries, nudge), singly


@property_test
@given(cases())
def test_a_batch_of_copies_gives_the_losses_of_the_copies(case):
    for name in case.net.params:
        for nudge in (0.3, -1e-5):
            batched, singly = both_ways(case, name, nudge)
            np.testing.assert_allclose(batched, singly, rtol=1e-12, atol=1e-13)


@property_test
@given(cases())
def test_a_check_in_batches_reports_what_a_check_of_a_black_box_reports(case):
    loss, grad = nn.loss_and_grad(case.net)
    for change in (lambda g: g, lambda g: {name: 1.01 * slopes for name, slopes in g.items()}):
        wrong = lambda p, X, y, change=change: change(grad(p, X, y))  # noqa: E731
        batched = nn.check_gradient(loss, wrong, case.net.params, case.X, case.y)
        # a method is a black box
        singly = nn.check_gradient(loss.__call__, wrong, case.net.params, case.X, case.y)
        assert (batched.ok, batched.wrong) == (singly.ok, singly.wrong)
        for one, other in zip(batched.params.values(), singly.params.values(), strict=True):
            assert (one.name, one.kinks, one.compared) == (other.name, other.kinks, other.compared)
            np.testing.assert_allclose(one.numeric, other.numeric, rtol=1e-6, atol=1e-8)


def test_a_check_of_a_network_calls_its_loss_once(monkeypatch):
    """However many entries there are: all others go through the batched pass."""
    calls = []
    plain = nn.Network.loss
    monkeypatch.setattr(nn.Network, "loss", lambda net, X, y: calls.append(1) or plain(net, X, y))
    case = make_case([4, 5, 3], n_examples=6)
    assert nn.check_gradient(*nn.loss_and_grad(case.net), case.net.params, case.X, case.y).ok
    assert len(calls) == 1


def test_no_array_of_a_chunk_is_larger_than_the_limit(monkeypatch):
    case = make_case([6, 7, 2], n_examples=5)
    sizes = []
    plain = nn.Network.forward_from
    monkeypatch.setattr(nn.Network, "forward_from", lambda net, l, z: sizes.append((l, len(z))) or plain(net, l, z))
    monkeypatch.setattr(nudges, "MOST_NUMBERS", 5 * 7 * 4)
    batched = NetworkLoss(case.net).nudges(case.net.params, case.X, case.y, "W1")(np.arange(42), 0.1)
    assert [length for _, length in sizes[1:]] == [4 * 5] * 10 + [2 * 5]
    monkeypatch.undo()
    np.testing.assert_allclose(batched, both_ways(case, "W1", 0.1)[1], rtol=1e-12)


def test_the_loss_carries_its_network_and_reads_the_params_that_it_is_given():
    case = make_case([2, 3, 1])
    loss, _ = nn.loss_and_grad(case.net)
    assert loss.net is case.net
    moved = {name: array + 1 for name, array in case.net.params.items()}
    assert loss(moved, case.X, case.y) == case.net.with_params(moved).loss(case.X, case.y)
    report = nn.check_gradient(*nn.loss_and_grad(case.net), moved, case.X, case.y)
    right = nn.backward(case.net.with_params(moved), case.X, case.y).grads
    np.testing.assert_allclose(report.params["W1"].numeric, right["W1"], atol=1e-9)
