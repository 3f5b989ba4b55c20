"""English labels."""

from __future__ import annotations

from acquit.wording.labels import Labels


def _late(days: int) -> str:
    if days > 0:
        return "1\u00a0day" if days == 1 else f"{days}\u00a0days"
    return f"in {-days}\u00a0days" if days else "today"


def _fixed_sum(count: int, each: str) -> str:
    invoices = f"{count}\u00a0invoice{'s' if count > 1 else ''}"
    of = f"{count}\u00a0×\u00a0{each}" if each else invoices
    return f"Fixed sum for recovery costs, {of} (outside the scope of VAT)"


LABELS = Labels(
    invoice="Invoice",
    issued="Issued",
    due="Due",
    lateness="Overdue",
    late=_late,
    original="Amount",
    credited="Credited",
    paid="Paid",
    deducted="Credited and paid",
    open="Outstanding",
    out_of=lambda amount: f"of {amount}",
    interest="Interest",
    term=lambda part: f"instalment {part}",
    disputed=lambda amount: f"excluding {amount} in dispute",
    unallocated="Credits and payments received, deducted",
    total="Total",
    principal="Principal",
    grand_total="Total payable",
    interest_line=lambda rate, until: (
        f"Late-payment interest at {rate} a year, up to {until} (outside the scope of VAT)"
    ),
    fixed_sum_line=_fixed_sum,
    transfer_to="By bank transfer to",
    iban="IBAN",
    bic="BIC",
    reference="Reference",
    pay_online="Pay online",
    our_reference="Our reference",
    your_account="Your account",
    enclosures="Enclosures",
    enclosed=lambda count: "1 document" if count == 1 else f"{count} documents",
    handled_by="Handled by",
    registered="Registered letter with acknowledgement of receipt",
    registered_number=lambda number: f"No.\u00a0{number}",
    dated=lambda city, day: f"{city}, {day}" if city else day,
    subject="Subject:",
    capital=lambda form, capital: f"{form} with a share capital of {capital}" if capital else form,
    registry=lambda siren, city: f"registered in {city} under {siren}" if city else f"company number {siren}",
    vat="VAT",
    page="Page",
    qr="Transfer QR",
    cover_title="Letters to post",
    cover_columns=("No.", "Recipient", "Postcode and city", "Post", "Pages", "Account"),
    cover_simple="ordinary",
    cover_registered="registered",
    cover_summary=lambda letters, pages, day: (
        f"{letters} {'letter' if letters == 1 else 'letters'}, {pages} {'page' if pages == 1 else 'pages'}, "
        f"printed on {day}, in the order of the envelopes."
    ),
    wrong_contact="I am not the right person",
    wrong_contact_subject="Wrong contact",
    wrong_contact_body="I am not the right person. Please contact: ",
    wrong_contact_text=lambda address, subject: (
        f"Not the right person? Write to {address} with the subject “{subject}”."
    ),
    qr_alt=lambda amount: f"QR code of the transfer of {amount}, to be read by your bank’s app",
    statement_title="Statement of account",
    statement_intro=lambda day: f"Invoices and instalments outstanding on {day}.",
)
