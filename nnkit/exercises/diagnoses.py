"""The questions about the six patients of notebook 06: what is off, and what speaks against each other answer."""

from __future__ import annotations

from .engine import Choice, Question

QUESTIONS: tuple[Question, ...] = (
    Question(
        name="06.diagnosis_1",
        text="Patient 1: which term is off?",
        choices=(
            Choice(
                "The activation slope of layer 1 is missing.",
                False,
                "Then the slope that you get from b1 and the carried delta would be 1. No entry of it is above ¼.",
            ),
            Choice("X, the input of layer 1.", False, "b1 is wrong as well, and X is no factor of it."),
            Choice(
                "The activation slope of layer 1 is taken at a1, as if it were z1.",
                True,
                "A slope that stays between 0.19 and 0.25 for every unit is σ′ of a number between 0 and 1.",
            ),
            Choice(
                "The delta is carried back without the weights.",
                False,
                "Then b1 of one example, divided by a1 (1 - a1), would be the same for all hidden units. It is not.",
            ),
        ),
    ),
    Question(
        name="06.diagnosis_2",
        text="Patient 2: what is off in the biases?",
        choices=(
            Choice(
                "They are summed over the examples, and the loss is a mean.",
                True,
                "Both are 7 times too large, there are 7 examples, and with one example alone they are right.",
            ),
            Choice(
                "Their input is taken to be the activation below, not 1.",
                False,
                "Then they would be wrong with one example, too, and by another factor in every entry.",
            ),
            Choice(
                "The slope of tanh in the hidden layer.",
                False,
                "It is a factor of W1 as it is of b1, and W1 is right. b2 has no hidden slope at all.",
            ),
            Choice("Their sign.", False, "The factor is positive: the step goes down, only too far."),
        ),
    ),
    Question(
        name="06.diagnosis_3",
        text="Patient 3: no σ′ at the output, and a loss that does not move. What is off?",
        choices=(
            Choice(
                "The activation slope of the output layer is missing.",
                False,
                "With binary cross-entropy after a sigmoid it has cancelled. The check agrees, here and elsewhere.",
            ),
            Choice(
                "1/m is in it twice, so the steps are too short.",
                False,
                "Then every entry would be a quarter of the numeric one. They are equal.",
            ),
            Choice(
                "The sign: the loss does not fall.",
                False,
                "With a wrong sign the factor would be -1. The loss does fall, only in a digit that was not printed.",
            ),
            Choice(
                "Nothing in the gradient. It is right, and small, because of where the weights start.",
                True,
                "With weights near 0 the hidden units are all alike and the start is beside a saddle. "
                "Notebook 05 tells what gets off it.",
            ),
        ),
    ),
    Question(
        name="06.diagnosis_4",
        text="Patient 4: V is off by 6 %. Why?",
        choices=(
            Choice(
                "Rounding: 6 % is nothing.",
                False,
                "Rounding is below one in a million here, as U shows. 6 % is a wrong term.",
            ),
            Choice(
                "The activation slope of the hidden layer.",
                False,
                "Carry the delta back through the U that the call left behind: V comes out exactly, with that slope.",
            ),
            Choice(
                "U was updated before the delta was carried back through it.",
                True,
                "After the call U is another one. Going back, the slope has to pass through the U that was used "
                "going forward.",
            ),
            Choice("1/N is missing.", False, "Then U would be wrong as well. Here the loss is a sum, so 1 is right."),
        ),
    ),
    Question(
        name="06.diagnosis_5",
        text="Patient 5: what is off?",
        choices=(
            Choice(
                "The slope of the penalty is missing.",
                False,
                "The numeric gradient is that slope and nothing else. It is all the rest that the loss does not have.",
            ),
            Choice(
                "The loss does not read theta, but for the penalty.",
                True,
                "Whatever theta is, the predictions stay. An optimiser that changes theta changes nothing else.",
            ),
            Choice(
                "The gradient is flattened in another order than theta.",
                False,
                "Then it would hold the right slopes in the wrong places, and be as long as the numeric one.",
            ),
            Choice(
                "The learning rate is too small.",
                False,
                "No step has been taken. A check compares two numbers at one point.",
            ),
        ),
    ),
    Question(
        name="06.diagnosis_6",
        text="Patient 6: everything is wrong. What is off?",
        choices=(
            Choice(
                "The slope of the loss.",
                False,
                "A wrong loss slope runs with three examples as it does with four. This program raises.",
            ),
            Choice(
                "The labels belong to other rows.",
                False,
                "That, too, would run with three examples. And the loss would be computed with the same labels.",
            ),
            Choice(
                "The activation slopes are missing.",
                False,
                "Slopes are elementwise: with or without them the shapes stay, and three examples would do.",
            ),
            Choice(
                "Transposes are missing. It runs only because there are as many examples as outputs.",
                True,
                "With four examples and four outputs, the sum over the examples and the sum over the outputs have the "
                "same length, and a product takes the wrong one.",
            ),
        ),
    ),
)
