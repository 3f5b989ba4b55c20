"""What is read of answers fits the words of the screens."""

from __future__ import annotations

import pytest

from acquit.channels.email.answer.proposal import category_of
from acquit.web.words import CATEGORIES

DISPUTES = (
    "Le prix est faux.",
    "Il manque deux cartons.",
    "The goods arrived damaged.",
    "Aucun bon de commande.",
    "Le SIRET est faux.",
    "Billed twice.",
    "Je conteste.",
)


@pytest.mark.parametrize("said", DISPUTES)
def test_a_category_that_is_proposed_is_one_of_the_screens(said: str) -> None:
    assert category_of(said) in CATEGORIES


def test_every_category_of_the_screens_can_be_proposed() -> None:
    assert {category_of(said) for said in DISPUTES} == set(CATEGORIES)
