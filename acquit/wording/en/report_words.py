"""English words of the reports on paper."""

from __future__ import annotations

from acquit.wording.report_words import ReportWords, as_span

WORDS = ReportWords(
    titles={
        "items": "Open items",
        "balances": "Account balances",
        "ageing": "Aged balance",
        "dso": "DSO, month by month",
        "cei": "Collection effectiveness, month by month",
        "forecast": "Cash forecast",
        "promises": "Promises to pay",
        "disputes": "Disputes",
        "effectiveness": "What follows each step",
        "collectors": "Collectors’ activity",
        "provision": "Provision by age of claims",
        "habits": "Payment habits",
        "credits": "Credits and payments not matched",
        "consists_of": "What the balance consists of",
        "sales": "Sales",
        "received": "Payments received",
        "expected_in": "What is expected",
        "promised": "Promises",
        "contested": "Open disputes",
        "resolved": "Disputes resolved in a year",
        "followed": "Messages and what followed",
        "settled": "Instalments paid",
        "set_aside": "Instalments provided for",
        "contacts": "Contacts",
        "contacted": "Accounts contacted",
        "obtained": "Promises obtained",
        "cash": "Cash after a contact",
        "compared": "Debtors of a comparison",
    },
    columns={
        "number": "Invoice", "issued_on": "Issued", "due_on": "Due", "days_late": "Days late",
        "debtor": "Debtor", "name": "Name", "external_id": "Account", "currency": "Currency",
        "creditor": "Creditor", "open_balance": "Balance", "balance": "Balance", "not_due": "Not due",
        "unallocated": "Unallocated", "month": "Month", "sales": "Sales", "receivable": "Balance",
        "dso": "DSO", "count_back": "Count-back", "best_possible": "Best possible",
        "delinquent_days": "Days delinquent", "cei": "CEI (%)", "late_rate": "Late rate (%)", "first": "From",
        "last": "To", "promised": "Promised", "expected": "Expected", "cautious": "Cautious", "kept": "Kept",
        "broken": "Broken", "running": "Running", "rate": "Kept (%)", "amount_rate": "Amount kept (%)",
        "kept_amount": "Amount kept", "broken_amount": "Amount broken", "running_amount": "Amount running",
        "received": "Received", "category": "Category", "count": "Number", "amount": "Amount",
        "mean_days": "Mean days", "oldest_days": "Oldest (days)", "scenario": "Scenario", "step": "Step",
        "template": "Template", "channel": "Channel", "messages": "Messages", "asked": "Asked",
        "paid": "Paid",
        "share": "Paid (%)", "share_low": "at least (%)", "share_high": "at most (%)", "invoices": "Invoices",
        "invoices_paid": "Invoices paid", "invoice_share": "Invoices (%)", "invoice_low": "at least (%)",
        "invoice_high": "at most (%)", "contacts": "Contacts", "calls": "Calls", "reached": "Reached",
        "accounts": "Accounts", "promises": "Promises", "cash": "Cash after", "column": "Age",
        "open": "Owed with VAT", "without_tax": "Without VAT", "percent": "Share (%)", "aside": "Set aside",
        "items": "Instalments", "assumed": "VAT assumed", "mean": "Mean delay (d)",
        "weighted": "Weighted delay (d)", "median": "Median (d)", "late": "Paid late",
        "late_mean": "Mean of the late (d)", "late_weighted": "Late, weighted (d)",
        "cautious_days": "Eight in ten within (d)",
        "overdue": "Overdue", "piece": "Document", "kind": "Entry", "received_on": "Received", "why": "By",
        "expected_on": "Expected on", "chance": "Chance (%)", "outcome": "State", "made_on": "Made",
        "until": "For", "missing": "Missing", "opened_on": "Opened", "days_open": "Open for (d)",
        "sent_on": "Sent", "paid_on": "Paid on",
        "resolved": "Resolved in a year", "resolved_days": "Resolved in (d)", "resolved_on": "Resolved on",
        "days_taken": "Took (d)",
        "contacted_on": "On", "text": "Text",
    },
    days_late=lambda span: f"{as_span(span)}\u00a0d",
    as_of="As of {day}",
    printed="Made on {day}",
    page="page",
    total="Total",
    notes={
        "effectiveness": "The share of what was asked that was paid within {within} days of the message."
        " It is what followed, not what it caused: many would have paid anyway. The bounds hold the true"
        " share nineteen times in twenty.",
        "forecast": "Expected by promises, then by each debtor's habit, then by that of his profile;"
        " disputes left out. The learned model is not used on this day. “Cautious”: exceeded in eight"
        " weeks of ten if debtors pay independently of one another.",
        "forecast_learned": "Expected by promises, then by the learned model of payments, which forecast"
        " better than each debtor's habit; disputes left out. “Cautious”: exceeded in eight weeks of ten if"
        " debtors pay independently of one another.",
        "provision": "A rule of the software, which no text sets: the creditor may set his own.",
        "collectors": "“Cash after”: received within fourteen days of a contact. That is no proof.",
        "items": "Before credits and payments that are not matched are taken off.",
        "expected_in": "Expected: what is owed times the chance that it is paid in this span. The same"
        " instalment may be expected in several weeks.",
    },
    values={
        "category": {
            "price": "price", "quantity": "quantity", "quality": "quality",
            "missing_order": "missing order", "admin": "wording or address", "duplicate": "invoiced twice",
            "other": "another reason",
        },
        "kind": {
            "invoice": "Invoice", "credit_note": "Credit note", "payment": "Payment",
            "vanished": "Missing from the list", "other": "Entry",
        },
        "why": {
            "promise": "promise", "own_past": "own past payments", "habit": "own habit",
            "segment": "profile", "everybody": "all debtors", "model": "learned model",
        },
        "outcome": {"kept": "kept", "broken": "broken", "running": "running"},
    },
)  # fmt: skip
