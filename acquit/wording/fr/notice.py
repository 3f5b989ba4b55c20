"""French words of the formal notice that the checklist looks for."""

from __future__ import annotations

from acquit.wording.expression import Expression
from acquit.wording.lint import CollectorWords, NoticeWords

_GOODS = (
    r"(?:biens?|comptes?|salaires?|remunerations?|vehicules?|meubles?|immeubles?|avoirs?|loyers?|stocks?"
    r"|materiels?|creances?|actifs?|patrimoines?|machines?|marchandises?|fonds)"
)
_SEIZE = r"(?:saisir|saisi|saisis|saisit|saisira|saisirai|saisirons|saisiront|saisissons|saisissent)"
_BE = r"(?:est|sont|sera|seront|serait|seraient|etre|soit|soient|ete)"
_MAKE = r"(?:faire|fait|faisons|fera|ferai|ferons|feront|ferait|ferions)"
#: As a noun, in a compound too (« saisie-attribution »), and of goods; « le tribunal sera saisi » is none.
_SEIZURE = rf"saisies?|saisissables?|{_GOODS} (?:\w+ ){{0,2}}{_BE} (?:\w+ )?saisi[es]{{0,2}}"
_SEIZING = rf"{_SEIZE} (?:tous |toutes |sur )?(?:vos|votre)|{_MAKE} saisir"
_INTERRUPTS = (
    r"interromp(?:t|ent|re|ra|ront|rait|ait|ant|u|ue)? (?:\w+ ){0,3}prescriptions?"
    r"|interrupti(?:on|ons|f|fs|ve|ves) (?:\w+ ){0,4}prescriptions?"
    r"|prescriptions? (?:\w+ ){0,3}interrompue?s?"
)
#: « Cela signifie que » is no threat; without its accent « signifié » reads the same.
_SERVED = (
    r"signifi(?:er|ee|es|ees|cations?|ons|erons|era|eront)"
    rf"|(?:{_BE}|vous|{_MAKE}) (?:\w+ )?signifie"
)
_MEANS = (
    r"cela (?:peut )?signifi(?:e|er)",
    r"(?:qui|ne|que) signifie",
    r"significations? (?:de|du|des) (?:ce |cet |cette |ces )?(?:terme|mot|code|sigle|message|ligne)s?",
)
#: What is typed in is « saisi » too: an order, a reference, an entry of the accounts. Nothing that a
#: creditor may have seized stands here: « la saisie de vos factures » takes what others owe the debtor.
_ONE = r"(?:commande|facture|reference|numero|adresse|code|mot de passe|iban|rib|virement|ecriture|date)"
_SOME = r"(?:commandes|references|numeros|coordonnees|adresses|codes|identifiants|dates)"
_TYPED = (
    r"(?:erreurs?|fautes?|coquilles?) (?:de|dans la|lors de la) saisie",
    r"saisies? (?:comptables?|manuelles?)",
    rf"saisies? (?:de |du |d )(?:la |l |votre |notre |cette |cet |ce )?{_ONE}",
    rf"saisies? (?:des|de vos|de nos|de ces) {_SOME}",
    (
        rf"(?:{_ONE}|{_SOME}|factures|montants?|reglements?|paiements?|virements) (?:\w+ ){{0,3}}"
        r"(?:a|ont|avait|avaient) (?:\w+ )?ete (?:\w+ )?saisi[es]{0,2}"
    ),
    rf"sais(?:ir|i|issez) (?:votre |la |le |l |une? )(?:{_ONE}|montant)",
    rf"sais(?:ir|i|issez) (?:vos |les |des ){_SOME}",
)

#: What CPCE L111-8 says, which one who recovers for another has to reproduce, is no threat.
_LAW = "frais de recouvrement entrepris sans titre executoire restent a la charge du creancier"

NOTICE = NoticeWords(
    title=("mise en demeure",),
    summons=("vous mettons en demeure de payer",),
    delay="jours a compter de la reception",
    court=("agir en justice", "voie judiciaire"),
    rights=("sans prejudice de tous",),
    no_vat=("non soumise a tva", "non soumises a tva"),
    missing="Il manque : {}",
    forbidden="À retirer : « {} »",
    never=(
        Expression("saisie", "saisi", _SEIZURE),
        Expression("saisir vos biens", "saisi", _SEIZING),
        Expression("huissier", "huissier", r"huissiers?"),
        Expression("commissaire de justice", "justice", r"commissaires? de (?:la )?justice"),
        Expression("commandement de payer", "commandement", r"commandements? de payer"),
        Expression("expulsion", "expuls", r"expulsions?|expuls(?:er|es?|ees?|erai|era|erons|eront)"),
        Expression(
            "poursuites pénales",
            "penale",
            r"poursuites? (?:\w+ ){0,3}penales?|(?:plaintes?|sanctions?) penales?",
        ),
        Expression(
            "fichier des mauvais payeurs",
            "payeur",
            r"(?:fichiers?|listes?|fichage) (?:\w+ ){0,3}mauvais payeurs?",
        ),
        Expression("liste noire", "noire", r"listes? noires?"),
        Expression("République française", "republique", r"republique francaise"),
        Expression("titre exécutoire", "executoire", r"titres? executoires?"),
        Expression("interrompt la prescription", "prescription", _INTERRUPTS),
        Expression("signifier", "signifi", _SERVED),
        Expression("votre employeur", "employeur", r"(?:votre|vos|son|leur|leurs) (?:\w+ )?employeurs?"),
    ),
    never_to_consumers=(
        Expression("L441-10", "441", r"[ld]?\.? ?441 ?- ?10"),
        Expression("D441-5", "441", r"[ld]?\.? ?441 ?- ?5"),
        Expression("pénalités de retard", "retard", r"penalites? (?:\w+ )?de retard"),
        Expression(
            "indemnité forfaitaire",
            "indemnite",
            r"indemnites? (?:\w+ ){0,2}(?:forfaitaires?|de recouvrement)",
        ),
        Expression(
            "frais de recouvrement", "recouvrement", r"frais (?:\w+ ){0,2}(?:de|du|pour le) recouvrement"
        ),
    ),
    harmless=(*_TYPED, *_MEANS, _LAW),
    collector=CollectorWords(
        principal="principal",
        interest="interets",
        no_interest=("interets aucun",),
        charges="autres accessoires",
        no_charges=("autres accessoires aucun",),
        pay=("payer la somme", "payer cette somme"),
    ),
    names={
        "creditor.name": "le nom de la société créancière",
        "creditor.legal_form": "la forme de la société créancière",
        "creditor.capital": "le capital de la société créancière",
        "creditor.siren": "le SIREN de la société créancière",
        "creditor.address": "l’adresse de la société créancière",
        "creditor.city": "le lieu",
        "creditor.iban": "l’IBAN",
        "creditor.signatory": "le signataire",
        "creditor.signatory_title": "la qualité du signataire",
        "today": "la date",
        "debtor.name": "le nom du client",
        "recipient.address": "l’adresse du client",
        "title": "les mots « mise en demeure »",
        "lines": "la liste des factures",
        "line.number": "le numéro de la facture",
        "line.issued_on": "la date d’émission",
        "line.due_on": "l’échéance",
        "line.late": "le retard",
        "line.amount": "le montant ou le reste dû",
        "line.interest": "les pénalités de la facture",
        "total": "le total",
        "penalties": "le montant des pénalités ou des indemnités",
        "penalties.rate": "le taux des pénalités",
        "penalties.law": "l’article qui fonde les pénalités",
        "no_vat": "la mention « non soumises à TVA »",
        "summons": "la sommation de payer",
        "delay": "le délai, compté de la réception",
        "payment_reference": "la référence de paiement",
        "court": "la suite en justice",
        "rights": "la réserve « sans préjudice de tous nos droits »",
    },
)
