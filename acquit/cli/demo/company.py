"""An invented company and its year: who buys, what was invoiced, who pays when.

Everything follows from the seed and the day, so that two demos of one day are alike. The names
are invented; the company's SIREN and IBAN are well-formed and belong to nobody.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

CREDITOR = {
    "name": "Valmeric Industrie", "legal_form": "SAS", "capital": "480 000 €",
    "siren": "732829320", "registry_city": "Lyon", "vat_number": "FR44732829320",
    "address": "18 rue des Fonderies", "postcode": "69100", "city": "Villeurbanne",
    "iban": "FR7630006000011234567890189", "sender_name": "Claire Besson",
    "sender_email": "claire.besson@valmeric.example", "sender_phone": "04 65 71 00 42",
    "signatory": "Hélène Vasseur", "signatory_title": "Directrice administrative et financière",
    "payment_terms": "30 jours",
}  # fmt: skip

_BEGINNINGS = (
    "Transports", "Menuiserie", "Cuisines", "Ateliers", "Imprimerie", "Garage", "Fromagerie",
    "Pépinières", "Scierie", "Boulangeries", "Électro", "Nautisme", "Carrières", "Serrurerie",
    "Clinique", "Hôtel", "Bâti", "Verrerie", "Tissages", "Maroquinerie",
)  # fmt: skip
_ENDS = (
    "Kerleau", "Delcourt", "Arvor", "Roquelaure", "Vauclair", "Dumoulin", "du Haut-Forez",
    "du Lauragais", "Montalbert", "Sénéchal", "Mistral", "Penmarc’h", "des Deux Rives", "Ostrelin",
    "des Tilleuls", "Le Belvédère", "Sud Construction", "Brévanne", "de la Loue", "Castérian",
)  # fmt: skip
_PUBLIC = ("Commune de Saint-Aubrac", "Lycée Jean Valdrin", "Centre hospitalier de Montreval")
_PEOPLE = ("Mme Odile Jarnac", "M. Paul Etcheber", "Mme Lina Corvasce")
_ABROAD = (
    ("Harrow & Finch Ltd", "GB", "EUR"), ("Koster Apparatenbouw BV", "NL", "EUR"),
    ("Nordwall Components AB", "SE", "EUR"), ("Lakeshore Tooling Inc.", "US", "USD"),
)  # fmt: skip
_CITIES = (
    ("84000", "Avignon"), ("29000", "Quimper"), ("42000", "Saint-Étienne"), ("57000", "Metz"),
    ("31000", "Toulouse"), ("88000", "Épinal"), ("37000", "Tours"), ("59000", "Lille"),
)  # fmt: skip
_CONTACTS = (
    "Mme Nadia Ferrand", "M. Yann Kerleau", "Mme Sofia Amrani", "M. Marc Rousseau",
    "Mme Julie Pasquet", "M. Hugo Lemasson", "Mme Inès Barral", "M. Denis Aubry",
)  # fmt: skip

#: How late a profile pays: median and spread in days, and the share that is not paid by itself.
_HABITS = {
    "good": (-1, 3, 0.02), "regular": (11, 9, 0.14), "bad": (38, 20, 0.40), "vip": (18, 4, 0.05),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A debtor of the demo."""

    code: str
    name: str
    kind: str = "business"
    profile: str = "regular"
    country: str = "FR"
    currency: str = "EUR"
    contact: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""

    @property
    def language(self) -> str:
        """The language that the debtor is written to in."""
        return "fr" if self.country == "FR" else "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """An invoice of the demo; a negative amount is a credit note."""

    customer: Customer
    number: str
    issued_on: date
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment of the demo; without `number` its label names no invoice."""

    customer: Customer
    key: str
    on: date
    amount: Decimal
    number: str


@dataclass(slots=True)
class Company:
    """The company's year up to `today`."""

    today: date
    seed: int = 2026
    customers: list[Customer] = field(default_factory=list)
    issued: list[Issued] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311  a demo wants to be repeatable
        self.customers = list(_customers(chance))
        for customer in self.customers:
            self._live(customer, chance)
        self.issued.sort(key=lambda invoice: (invoice.issued_on, invoice.number))
        self.paid.sort(key=lambda payment: (payment.on, payment.key))

    def _live(self, customer: Customer, chance: random.Random) -> None:
        """Let a customer buy and pay for a year."""
        median, spread, never = _HABITS[customer.profile]
        day = self.today - timedelta(days=365 - chance.randrange(30))
        number = 0
        while day < self.today:
            number += 1
            amount = Decimal(round(chance.lognormvariate(7.6, 0.9) * 100)) / 100
            invoice = Issued(
                customer=customer, number=f"F{customer.code[1:]}-{number:03}", issued_on=day,
                due_on=day + timedelta(days=30), amount=amount,
            )  # fmt: skip
            self.issued.append(invoice)
            late = round(chance.gauss(median, spread))
            recent = (self.today - invoice.due_on).days < 90
            if not (recent and chance.random() < never):
                self._pay(invoice, invoice.due_on + timedelta(days=late), chance)
            day += timedelta(days=chance.randrange(12, 55))

    def _pay(self, invoice: Issued, on: date, chance: random.Random) -> None:
        """Pay an invoice: whole, in two parts, or less a credit note."""
        rest = invoice.amount
        fate = chance.random()
        if fate < 0.04:
            credit = (rest / 10).quantize(Decimal("0.01"))
            self.issued.append(
                Issued(
                    customer=invoice.customer, number=f"A{invoice.number[1:]}",
                    issued_on=invoice.issued_on + timedelta(days=9), due_on=invoice.due_on,
                    amount=-credit,
                )
            )  # fmt: skip
        elif fate < 0.12:
            part = (rest / 3).quantize(Decimal("0.01"))
            self._receive(invoice, "a", on, part, named=True)
            rest -= part
            on += timedelta(days=chance.randrange(5, 25))
        self._receive(invoice, "b", on, rest, named=chance.random() > 0.03)

    def _receive(self, invoice: Issued, part: str, on: date, amount: Decimal, *, named: bool) -> None:
        if on <= self.today:
            self.paid.append(
                Paid(
                    customer=invoice.customer, key=f"{invoice.number}{part}", on=on, amount=amount,
                    number=invoice.number if named else "",
                )
            )  # fmt: skip

    def contacts_csv(self) -> bytes:
        """Return the list of contacts, as a spreadsheet would export it."""
        head = (
            "Code client",
            "Nom",
            "Contact",
            "E-mail",
            "Téléphone",
            "Adresse",
            "CP",
            "Ville",
            "Pays",
            "Langue",
        )
        return _csv(
            head,
            (
                (
                    c.code,
                    c.name,
                    c.contact,
                    c.email,
                    c.phone,
                    c.address,
                    c.postcode,
                    c.city,
                    c.country,
                    c.language,
                )
                for c in self.customers
            ),
        )

    def invoices_csv(self, first: date, last: date) -> bytes | None:
        """Return the invoices issued in a span of days; None where there is none."""
        head = (
            "Code client", "Nom client", "Type de client", "Profil", "Pays", "Langue", "N° facture",
            "Date facture", "Échéance", "Montant TTC", "Devise",
        )  # fmt: skip
        rows = [
            (
                i.customer.code, i.customer.name, i.customer.kind, i.customer.profile,
                i.customer.country, i.customer.language, i.number, _day(i.issued_on),
                _day(i.due_on), _amount(i.amount), i.customer.currency,
            )
            for i in self.issued
            if first <= i.issued_on <= last
        ]  # fmt: skip
        return _csv(head, rows) if rows else None

    def payments_csv(self, first: date, last: date) -> bytes | None:
        """Return the payments received in a span of days; None where there is none."""
        head = ("Code client", "Nom client", "Date règlement", "Montant", "Devise", "Référence", "N° facture")
        rows = [
            (
                p.customer.code, p.customer.name, _day(p.on), _amount(p.amount), p.customer.currency,
                f"VIR {p.key}" if p.number else f"VIREMENT {p.customer.name.upper()}", p.number,
            )
            for p in self.paid
            if first <= p.on <= last
        ]  # fmt: skip
        return _csv(head, rows) if rows else None


def _customers(chance: random.Random) -> Iterator[Customer]:
    profiles = ["vip"] * 5 + ["good"] * 12 + ["regular"] * 28 + ["bad"] * 13
    names = [f"{first} {last}" for first in _BEGINNINGS for last in _ENDS]
    chance.shuffle(names)
    for number, (profile, name) in enumerate(zip(profiles, names, strict=False), start=1):
        yield _customer(chance, f"C{number:03}", name, profile=profile)
    for number, name in enumerate(_PUBLIC, start=101):
        yield _customer(chance, f"C{number}", name, kind="public")
    for number, name in enumerate(_PEOPLE, start=201):
        yield _customer(chance, f"C{number}", name, kind="consumer")
    for number, (name, country, currency) in enumerate(_ABROAD, start=301):
        yield _customer(chance, f"C{number}", name, country=country, currency=currency)


def _customer(
    chance: random.Random,
    code: str,
    name: str,
    *,
    kind: str = "business",
    profile: str = "regular",
    country: str = "FR",
    currency: str = "EUR",
) -> Customer:
    postcode, city = chance.choice(_CITIES)
    mailbox = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    reachable = chance.random()
    return Customer(
        code=code, name=name, kind=kind, profile=profile, country=country, currency=currency,
        contact=name if kind == "consumer" else chance.choice(_CONTACTS),
        email="" if reachable < 0.06 else f"compta@{mailbox[:24]}.example",
        phone=_phone(chance),
        address=f"{chance.randrange(1, 240)} rue du Grand Moulin" if country == "FR" else "",
        postcode=postcode if country == "FR" else "", city=city if country == "FR" else "",
    )  # fmt: skip


def _phone(chance: random.Random) -> str:
    """Return a number of the ranges that France keeps for fiction."""
    region = chance.choice(("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49"))
    return f"{region} {chance.randrange(10, 99)} {chance.randrange(10, 99)}"


def _csv(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
