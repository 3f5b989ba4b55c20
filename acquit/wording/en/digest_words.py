"""English words of the digests."""

from __future__ import annotations

from acquit.wording.digest import DigestWords

WORDS = DigestWords(
    daily_subject=lambda name, day, count: (
        f"{name}: {count} to deal with on {day}" if count else f"{name}: nothing to deal with on {day}"
    ),
    weekly_subject=lambda name, day: f"{name}: the week to {day}",
    title=lambda name, day: f"{name}, {day}",
    greeting=lambda name: f"Good morning {name}," if name else "Good morning,",
    waits="To deal with",
    nothing_waits="Nothing waits.",
    kinds={
        "alerts": "Alerts",
        "answers": "Answers to read",
        "unidentified": "Answers to identify",
        "messages": "Messages to approve",
        "calls": "Calls to make",
        "letters": "Letters to post",
        "failures": "Failed sends",
        "matches": "Payments to match",
        "tasks": "Tasks",
        "disputes": "Open disputes",
    },
    promises="Promises",
    promised_today="Due today",
    broken="Broken",
    no_promise="No promise comes to its day.",
    money="Money",
    cash="Cash in since the last working day",
    payments=lambda count: "1 payment" if count == 1 else f"{count} payments",
    figures="Figures",
    open="Receivable",
    late="Late",
    late_share=lambda share: f"{share}% of the receivable",
    dso="DSO",
    best_dso="Best possible DSO",
    days=lambda number: f"{number} days",
    change=lambda change: f"{change} since the end of last month",
    points=lambda number: f"{number} pt",
    delay="Average delay of this month’s payments",
    before=lambda days: f"{days} last month",
    effectiveness="CEI of the month",
    ageing="Aged balance",
    not_due="Not due",
    late_by=lambda span: f"{span.replace('>', 'over ').replace('-', '–')} days",
    unallocated="Unallocated credits and payments",
    forecast="Expected cash",
    in_30_days="Within 30 days",
    in_13_weeks="Within 13 weeks",
    cautious=lambda amount: f"cautious: {amount}",
    largest="Largest late",
    nobody_late="No account is late.",
    count=lambda number, sums: f"{number} · {sums}" if sums else str(number),
    closing="You choose these mails in your settings. They need no answer.",
)
