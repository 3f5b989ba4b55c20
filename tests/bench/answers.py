"""How many mails a minute are read, and how many a second are kept.

Reading is measured on each core by a process of its own; keeping with one worker, on a database of debtors
whose contacts are among the senders. The floor is the standard parser alone on the same bytes.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import compat32

from acquit.channels.email.answer.reading import read
from tests.bench.clock import timed
from tests.bench.report import Figure

MAILS, KEPT = 4_000, 1_000
_NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_SAID = (
    "Bonjour, le virement de 1 240,50 € partira le 4 décembre pour la facture FA-2026-{n}.",
    "Nous contestons la facture FA-2026-{n} : deux cartons manquaient à la livraison.",
    "Hello, could you resend invoice FA-2026-{n}? We never received it.",
    "Ces factures ne me concernent plus, écrivez à compta{n}@client.example.",
    "Réglé hier par virement, merci de vérifier avant de relancer.",
)
_QUOTE = "".join(f"> Ligne {n} de la relance, avec le rappel des sommes dues.\r\n" for n in range(12))


def mail(number: int) -> bytes:
    """Return the answer of debtor `number`, with the quote and signature that most mails have."""
    said = _SAID[number % len(_SAID)].format(n=number)
    return (
        f"From: Nadia <compta{number}@client{number % 900}.example>\r\nTo: relances@creancier.example\r\n"
        f"Subject: Re: Facture FA-2026-{number}\r\nMessage-ID: <{number}@client.example>\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"Bonjour,\r\n\r\n{said}\r\n\r\nCordialement,\r\nNadia Ferrand\r\nTél. 04 65 71 00 42\r\n\r\n"
        f"Le 20 nov. 2026 à 9:12, Relances a écrit :\r\n{_QUOTE}"
    ).encode()


def _read_some(share: tuple[int, int]) -> float:
    mails = [mail(number) for number in range(*share)]
    read(mails[0], received_on=_NOW.date())
    with timed_alone() as spent:
        for content in mails:
            read(content, received_on=_NOW.date())
    return spent[0]


class timed_alone:  # noqa: N801  reads as what it does
    """Measure without a database."""

    def __enter__(self) -> list[float]:
        from time import perf_counter

        self._clock, self._spent = perf_counter, [0.0]
        self._began = perf_counter()
        return self._spent

    def __exit__(self, *_: object) -> None:
        self._spent[0] = self._clock() - self._began


def reading() -> Iterator[Figure]:
    """Yield the mails a minute that all cores read."""
    cores = os.cpu_count() or 1
    each = MAILS // cores
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        seconds = max(pool.map(_read_some, [(n * each, (n + 1) * each) for n in range(cores)]))
    with timed_alone() as spent:
        for number in range(each):
            BytesParser(policy=compat32).parsebytes(mail(number))
    yield Figure(
        work=f"answers read a minute, {cores} cores", value=60 * each * cores / seconds, unit="/min",
        target=100_000, floor=60 * each * cores / spent[0], floor_is="the standard parser alone",
    )  # fmt: skip


def keeping(organisation_id: int) -> Iterator[Figure]:
    """Yield the mails a second that one worker keeps, ties and holds."""
    from acquit.flows.answers.keep_answer import Arrived, keep_answer
    from acquit.store import tenancy
    from acquit.store.accounts.models import Contact

    with tenancy.organisation(organisation_id):
        known = list(
            Contact.objects.filter(organisation_id=organisation_id)
            .exclude(email="")
            .order_by("id")
            .values_list("email", flat=True)[: KEPT // 2]
        )
        mails = [mail(number) for number in range(KEPT)]
        for number, address in enumerate(known):
            mails[number] = mails[number].replace(
                f"compta{number}@client{number % 900}.example".encode(), address.encode()
            )
        with timed() as spent:
            for content in mails:
                keep_answer(
                    organisation_id=organisation_id, arrived=Arrived(content=content, received_at=_NOW),
                    now=_NOW,
                )  # fmt: skip
    yield Figure(
        work="answers kept, one worker", value=KEPT / spent.seconds, unit="/s", processor=spent.processor,
        note=f"{len(known)} of {KEPT} from known senders; each a commit of its own",
    )  # fmt: skip


if __name__ == "__main__":
    from tests.bench.report import print_table

    print_table(reading())
