"""French labels."""

from __future__ import annotations

from acquit.wording.labels import Labels


def _late(days: int) -> str:
    if days > 0:
        return f"{days}\u00a0j"
    return f"dans {-days}\u00a0j" if days else "ce jour"


def _dated(city: str, day: str) -> str:
    return f"{city}, le {day}" if city else f"Le {day}"


def _fixed_sum(count: int, each: str) -> str:
    invoices = f"{count}\u00a0facture{'s' if count > 1 else ''}"
    of = f"{count}\u00a0×\u00a0{each}" if each else invoices
    return f"Indemnité forfaitaire pour frais de recouvrement, {of} (non soumise à TVA)"


LABELS = Labels(
    invoice="Facture",
    issued="Émise le",
    due="Échéance",
    lateness="Retard",
    late=_late,
    original="Montant TTC",
    credited="Avoirs",
    paid="Réglé",
    deducted="Avoirs et réglé",
    open="Reste dû",
    out_of=lambda amount: f"sur {amount}",
    interest="Pénalités",
    term=lambda part: f"échéance {part}",
    disputed=lambda amount: f"hors {amount} contestés",
    unallocated="Avoirs et règlements reçus, à déduire",
    total="Total",
    principal="Principal",
    grand_total="Total à régler",
    interest_line=lambda rate, until: (
        f"Pénalités de retard au taux de {rate} l’an, arrêtées au {until} (non soumises à TVA)"
    ),
    fixed_sum_line=_fixed_sum,
    transfer_to="Par virement à",
    iban="IBAN",
    bic="BIC",
    reference="Référence",
    pay_online="Régler en ligne",
    our_reference="Notre référence",
    your_account="Votre compte",
    enclosures="Pièces jointes",
    enclosed=lambda count: "1 document" if count == 1 else f"{count} documents",
    handled_by="Affaire suivie par",
    registered="Lettre recommandée avec avis de réception",
    registered_number=lambda number: f"n°\u00a0{number}",
    dated=_dated,
    subject="Objet\u00a0:",
    capital=lambda form, capital: f"{form} au capital de {capital}" if capital else form,
    registry=lambda siren, city: f"{siren} RCS {city}" if city else f"SIREN {siren}",
    vat="TVA",
    page="Page",
    qr="QR virement",
    cover_title="Lettres à poster",
    cover_columns=("N°", "Destinataire", "Code postal et ville", "Envoi", "Pages", "Compte"),
    cover_simple="simple",
    cover_registered="recommandé",
    cover_summary=lambda letters, pages, day: (
        f"{letters} {'lettre' if letters == 1 else 'lettres'}, {pages} {'page' if pages == 1 else 'pages'}, "
        f"imprimées le {day}, dans l’ordre des enveloppes."
    ),
    wrong_contact="Je ne suis pas le bon interlocuteur",
    wrong_contact_subject="Mauvais interlocuteur",
    wrong_contact_body="Je ne suis pas le bon interlocuteur. La personne à contacter est\u00a0: ",
    wrong_contact_text=lambda address, subject: (
        f"Vous n’êtes pas le bon interlocuteur\u00a0? Écrivez à {address}, objet «\u00a0{subject}\u00a0»."
    ),
    qr_alt=lambda amount: f"QR code du virement de {amount}, à lire avec l’application de votre banque",
    statement_title="Relevé de compte",
    statement_intro=lambda day: f"Factures et échéances non soldées au {day}.",
)
