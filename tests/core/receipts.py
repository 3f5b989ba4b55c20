"""Random ledgers and receipts for matching: few debtors, few amounts, so that much coincides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from acquit.core.matching.facts import OpenItem, Payer, Receipt

DAY = date(2026, 11, 2)
NAMES = {
    "HEX": ("Groupe Hexalis",),
    "ARV": ("Cuisines Arvor SAS",),
    "FOR": ("Fromagerie du Haut-Forez",),
    "USM": ("U Express Monteux",),
    "USC": ("U Express Caumont",),
}
ACCOUNTS = tuple(NAMES)
IBANS = {account: f"FR76{number:023}" for number, account in enumerate(ACCOUNTS, 1)}
PAYERS = tuple(
    Payer(account=account, names=NAMES[account], ibans=frozenset((IBANS[account],)), code=f"C{n:05}")
    for n, account in enumerate(ACCOUNTS, 31)
)


def item(number: str, amount: str | Decimal, account: str = "HEX", days: int = 0, **said: object) -> OpenItem:
    """Return an open item due `days` after the first; below zero it is a credit note."""
    open_ = Decimal(amount)
    facts: dict[str, object] = {
        "key": f"{account}:{number}", "account": account, "number": number,
        "issued_on": DAY + timedelta(days - 30), "due_on": DAY + timedelta(days),
        "amount": abs(open_), "open": open_, "currency": "EUR",
    }  # fmt: skip
    return OpenItem(**{**facts, **said})


def receipt(amount: str | Decimal, label: str = "", payer_name: str = "", **said: object) -> Receipt:
    """Return a receipt in euros of the day."""
    facts: dict[str, object] = {
        "key": "receipt", "amount": Decimal(amount), "currency": "EUR", "on": DAY,
        "label": label, "payer_name": payer_name,
    }  # fmt: skip
    return Receipt(**{**facts, **said})


_AMOUNTS = st.one_of(
    st.sampled_from(("90.00", "100.00", "200.00", "300.00", "1200.00")).map(Decimal),
    st.integers(1, 30_000).map(lambda cents: Decimal(cents) / 100),
)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[OpenItem, ...]:
    """Draw open items of a few debtors, with some credit notes, some in dollars."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(ACCOUNTS), _AMOUNTS, st.integers(-40, 40), st.integers(0, 9),
                st.sampled_from(("F-2026-", "FA", "", "AV-")),
            ),
            max_size=14,
        )
    )  # fmt: skip
    items = []
    for place, (account, amount, days, dice, letters) in enumerate(drawn):
        number = f"{letters}{870 + place:04}" if dice else f"{letters}0870"
        signed = -amount if letters == "AV-" else amount
        key = f"{account}:{place}"
        currency = "USD" if dice == 1 else "EUR"
        items.append(item(number, signed, account, days, key=key, currency=currency))
    return tuple(items)


@st.composite
def receipts(draw: st.DrawFn, items: tuple[OpenItem, ...]) -> Receipt:
    """Draw a receipt that may be for some of `items`: their sum or nearly, named or not."""
    claims = [one for one in items if one.open > 0]
    chosen = (
        draw(st.lists(st.sampled_from(claims), max_size=4, unique_by=lambda one: one.key)) if claims else []
    )
    owed = sum((one.open for one in chosen), Decimal(0)) + draw(
        st.sampled_from(("0", "0", "0", "0.01", "-0.50", "-12.00", "55.55", "-30.00")).map(Decimal)
    )
    amount = owed if owed > 0 else draw(_AMOUNTS)
    payer = chosen[0].account if chosen else draw(st.sampled_from(ACCOUNTS))
    named = draw(st.sampled_from(("whole", "short", "none", "none")))
    numbers = [one.number if named == "whole" else one.number[-4:] for one in chosen]
    label = f"VIR SEPA {' '.join(numbers) if named != 'none' else 'REGLT'}"
    return receipt(
        amount, label, draw(st.sampled_from(("", NAMES[payer][0].upper(), "INCONNU"))),
        payer_iban=draw(st.sampled_from(("", IBANS[payer], IBANS["ARV"], "DE02120300000000202051"))),
        accounts=draw(st.sampled_from((None, None, None, frozenset((payer,))))),
        refused=draw(st.sampled_from((frozenset(), frozenset(), frozenset((payer,)), frozenset(("HEX",))))),
    )  # fmt: skip
