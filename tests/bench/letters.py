"""How many letters a second become PDF/A: worded, laid out for the window, with the code to pay.

One worker and two, each a process of its own as `acquit worker` is; beside it an empty page of bare Typst.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import typst

from acquit.wording import render
from acquit.wording.letter import letter_pdf
from tests.bench.report import Figure
from tests.wording.letters import NOTICE

LETTERS = 400
TARGET = 120


def figures(letters: int = LETTERS) -> Iterator[Figure]:
    """Yield letters a second of one worker and of two."""
    rates = {workers: measure(workers, letters) for workers in (1, 2)}
    # Never in this process: Typst starts threads, which a fork of it would wait for without end.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        floor = pool.submit(bare, letters).result()
    for workers, (rate, processor) in rates.items():
        yield Figure(
            work=f"letters to PDF, {workers} worker{'s' if workers > 1 else ''}", value=rate, unit="/s",
            target=TARGET if workers > 1 else None, floor=floor * workers, processor=processor,
            floor_is="Typst, a page with one word, on each core",
            note=f"{processor / letters * 1000:.1f} ms of processor a letter",
        )  # fmt: skip


def measure(workers: int, letters: int) -> tuple[float, float]:
    """Return letters a second of the clock, and the processor's seconds for all of them."""
    share = letters // workers
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(make, [5] * workers * 4))
        began = perf_counter()
        spent = sum(pool.map(make, [share] * workers))
        seconds = perf_counter() - began
    return share * workers / seconds, spent


def make(letters: int) -> float:
    """Make so many letters, each to another debtor; return the processor's seconds."""
    began = process_time()
    for number in range(letters):
        facts = replace(
            NOTICE, reference=f"MED-2026-{number:06}",
            recipient=replace(NOTICE.recipient, address=(f"Client {number}", *NOTICE.recipient.address[1:])),
            debtor=replace(NOTICE.debtor, name=f"Client {number}", external_id=f"411{number}"),
        )  # fmt: skip
        letter_pdf(render("formal_notice", facts, "fr"), facts)
    return process_time() - began


def bare(letters: int) -> float:
    """Return the pages a second of Typst alone."""
    compiler = typst.Compiler(root=str(Path(__file__).parent), ignore_system_fonts=True)
    began = perf_counter()
    for number in range(letters):
        compiler.compile(input=f'#set page(paper: "a4")\nClient {number}'.encode(), format="pdf")
    return letters / (perf_counter() - began)


if __name__ == "__main__":
    for figure in figures(int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS):
        print(f"{figure.work}: {figure.value:.0f}/s, {figure.note}; floor {figure.floor:.0f}/s")
