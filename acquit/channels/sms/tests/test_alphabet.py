"""What an SMS is made of and what it costs: the alphabet, the parts, the price, the numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.channels.base import Address
from acquit.channels.sms import CHANNEL
from acquit.channels.sms.alphabet import fitted, parts
from acquit.channels.sms.answer import is_stop
from acquit.channels.sms.number import NoSms, mobile, why_not
from acquit.channels.sms.pricing import price_of
from acquit.channels.tests.outgoing import Person, outgoing


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        ("é è à ù ì ò É Ç ä ö ü ñ ß", "é è à ù ì ò É Ç ä ö ü ñ ß"),
        ("ê ë î ï ô û ç À È", "e e i i o u c A E"),
        ("cœur Œuvre d’abord… – —", "coeur OEuvre d'abord... - -"),
        ("«\u00a0à régler\u00a0»", '"à régler"'),
        ("1\u202f200,00\u00a0€", "1 200,00 €"),
        ("Łódź, São Paulo, Đorđe", "Lodz, Sao Paulo, Dorde"),
        ("zéro\u200blargeur\u202e", "zérolargeur"),
        ("une ligne\r\n\r\n  deux", "une ligne\ndeux"),
    ],
)
def test_what_is_outside_the_alphabet_is_said_with_what_is_in_it(said, leaves):
    assert fitted(said) == leaves
    assert parts(fitted(said)).is_gsm


def test_another_script_keeps_its_accents_too_since_it_pays_for_them():
    assert fitted("Рахунок «1» ê") == "Рахунок «1» ê"
    assert not parts("Рахунок").is_gsm


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2),
     ("a" * 152 + "€" + "a" * 152, 3), ("ж" * 70, 1), ("ж" * 71, 2), ("ж" * 134, 2), ("ж" * 135, 3),
     ("😀" * 35, 1), ("😀" * 36, 2), ("", 1)],
)  # fmt: skip
def test_parts_are_counted_as_the_network_does(text, count):
    assert parts(text).count == count


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_fitting_twice_changes_nothing(text):
    once = fitted(text)
    assert fitted(once) == once


@pytest.mark.parametrize(
    ("number", "country", "because"),
    [("02 98 00 00 01", "FR", NoSms.LANDLINE), ("", "FR", NoSms.NO_NUMBER),
     ("06 12 34 56 78", "", NoSms.NO_COUNTRY), ("12", "FR", NoSms.NOT_A_NUMBER),
     ("accueil", "FR", NoSms.NOT_A_NUMBER), ("08 99 00 00 00", "FR", NoSms.NOT_MOBILE),
     ("+33 6 12 34 56 78", "", None), ("0470 12 34 56", "BE", None), ("0475 12 34 56", "FR", NoSms.LANDLINE)],
)  # fmt: skip
def test_a_number_says_why_it_takes_no_sms(number, country, because):
    assert why_not(number, country) is because
    assert (mobile(number, country) is None) is (because is not None)


def test_an_address_is_a_mobile_number_in_the_debtors_country():
    assert CHANNEL.address_of(Person(phone="06 12 34 56 78", country="FR")) == "+33612345678"
    assert CHANNEL.address_of(Person(phone="06 12 34 56 78", country="")) is None
    assert CHANNEL.address_of(Person(phone="02 98 00 00 01", country="FR")) is None


def test_the_frozen_bytes_are_the_text_alone():
    frozen = CHANNEL.freeze(outgoing(text="Réglé ? « oui »\n", recipient=Address(address="+33612345678")))
    assert frozen.content == 'Réglé ? "oui"'.encode()


def test_a_price_is_a_number_or_its_setting_is_named():
    assert price_of({}) is None
    assert price_of({"price": "0.06", "price_currency": "chf"}).amount == Decimal("0.06")
    for wrong, named in (
        ({"price": "cheap"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "NaN"}, "price"),
        ({"price": "1", "price_currency": "€"}, "price_currency"),
    ):
        with pytest.raises(ValueError, match=named):
            price_of(wrong)


@pytest.mark.parametrize("text", ["STOP", "stop.", " Arrêt ", "STOP SMS"])
def test_stop_is_the_whole_answer(text):
    assert is_stop(text)


def test_a_sentence_that_holds_the_word_is_an_answer_for_a_person():
    assert not is_stop("Stop, j’ai payé hier")
