"""French sentences of the reason codes: a fact, « parce que », a cause, what follows."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.wording.reasons import Sentence, Words

_CHANNELS = {
    "email": "une adresse e-mail", "letter": "une adresse postale",
    "registered_letter": "une adresse postale", "phone": "un numéro de téléphone",
    "sms": "un numéro de mobile",
}  # fmt: skip
_STATUSES = {
    "208": "l’acheteur l’a suspendue", "210": "l’acheteur l’a refusée", "213": "la plateforme l’a rejetée",
    "209": "l’acheteur examine la pièce qui manquait", "220": "elle est annulée",
    "221": "elle s’est perdue en route", "227": "le compte à payer est contesté",
    "501": "elle est irrecevable",
}  # fmt: skip


def _which(words: Words, one: str = "la facture", many: str = "les factures") -> str:
    count, numbers = words.numbers(lambda rest: f"{rest} autres")
    return f"{one if count == 1 else many} {numbers}" if count else "la somme due"


def _plural(words: Words, one: str, many: str) -> str:
    return many if words.numbers(str)[0] > 1 else one


def _since(before: str, words: str) -> str:
    return f"{before}{words}" if words else ""


def _paid(words: Words) -> str:
    if words.word("code"):
        return f"Pas relancé pour {_which(words)} parce que le statut 212 la déclare encaissée."
    return "Pas relancé parce que tout est réglé."


def _insolvent(words: Words) -> str:
    since = _since(" depuis le ", words.day("on"))
    return (
        f"Relances arrêtées parce qu’une procédure collective est ouverte{since}."
        " La créance est à déclarer au mandataire."
    )


def _mailbox_silent(words: Words) -> str:
    return (
        "Pas de relance parce que la boîte où les clients répondent n’a pas pu être lue"
        f"{_since(' depuis le ', words.day('on'))}\u00a0: il a peut-être répondu. Les relances reprennent dès"
        " qu’elle est lue."
    )


def _stale(words: Words) -> str:
    return (
        "Relances suspendues parce que les données de la banque ou de la comptabilité ne sont plus à jour"
        f"{_since(' depuis le ', words.day('on'))}. Elles reprennent au prochain import."
    )


def _possible_payment(words: Words) -> str:
    received = f"{_since(' le ', words.day('on'))}{_since(', de ', words.amount('amount'))}"
    comma = "," if words.amount("amount") else ""
    return (
        f"Pas relancé parce qu’un règlement reçu{received}{comma} pourrait couvrir cette somme."
        " Il reste à le rapprocher."
    )


def _away(words: Words) -> str:
    until = words.day("until")
    cause = f"absent jusqu’au {until}" if until else "absent"
    return f"Pas relancé aujourd’hui parce que le client est {cause}. La relance attend son retour."


def _partly_disputed(words: Words) -> str:
    amount = words.amount("amount")
    left_out = f"{amount} ne sont pas réclamés" if amount else "Une partie n’est pas réclamée"
    cause = _plural(words, "est en partie contestée", "sont en partie contestées")
    return f"{left_out} parce que {_which(words)} {cause}."


def _promised(words: Words) -> str:
    amount, until, look = words.amount("amount"), words.day("until"), words.day("look_on")
    promise = f"un règlement{_since(' de ', amount)} est promis{_since(' pour le ', until)}"
    follows = f" Acquit attend le {look} pour vérifier." if look else ""
    return f"Pas relancé pour {_which(words)} parce que {promise}.{follows}"


def _broken_promise(words: Words) -> str:
    until = words.day("until")
    if words.word("code"):
        return (
            f"Relancé pour {_which(words)} parce que le paiement annoncé sur le réseau"
            f"{_since(', attendu pour le ', until)}{',' if until else ''} n’est pas arrivé."
        )
    cause = f"le règlement promis pour le {until}" if until else "le règlement promis"
    return f"Relancé pour {_which(words)} parce que {cause} n’est pas arrivé."


def _on_hold(words: Words) -> str:
    until, by = words.day("until"), words.word("by")
    who = f"{by} a suspendu les relances" if by else "une personne a suspendu les relances"
    because = _since(" (", words.word("reason")) + (")" if words.word("reason") else "")
    end = f" jusqu’au {until}" if until else ", sans date de fin"
    return f"Pas relancé pour {_which(words)} parce que {who}{because}{end}."


def _missing_from_list(words: Words) -> str:
    gone = _plural(words, "ne la contient plus", "ne les contient plus")
    return (
        f"Pas relancé pour {_which(words)} parce que la dernière liste complète {gone}\u00a0:"
        " une personne doit dire si cette liste l’était."
    )


def _einvoice(words: Words) -> str:
    code = words.word("code")
    cause = _STATUSES.get(code, "la facture électronique est arrêtée")
    status = f" (statut {code})" if code else ""
    who = "" if code == "209" else " Une personne doit s’en occuper."
    return f"Pas relancé pour {_which(words)} parce que {cause}{status}.{who}"


def _below_minimum(words: Words) -> str:
    total, minimum = words.amount("total"), words.amount("minimum")
    fact = f"Pas relancé pour {total}" if total else "Pas relancé"
    cause = f"de {minimum}" if minimum else "du scénario"
    return f"{fact} parce que cette somme est sous le minimum {cause}."


def _not_yet(words: Words) -> str:
    until = words.day("until")
    follows = f" le {until}" if until else " plus tard"
    return f"Pas relancé aujourd’hui parce que la prochaine étape pour {_which(words)} vient{follows}."


def _habit(words: Words) -> str:
    until = words.day("until")
    follows = f" La relance attend le {until}." if until else ""
    return f"Pas relancé pour {_which(words)} parce que ce client règle d’ordinaire plus tard.{follows}"


def _contact_gap(words: Words) -> str:
    on, days, most = words.day("on"), words.number("days"), words.number("most")
    if most is not None:
        return _too_many(words)
    cause = f"ce client a été contacté le {on}" if on else "ce client vient d’être contacté"
    gap = "" if days is None else f" ; {days} jours ouvrés séparent deux contacts"
    return f"Pas relancé aujourd’hui parce que {cause}{gap}."


def _too_many(words: Words) -> str:
    count, most = words.number("count"), words.number("most")
    times = f"{count} fois" if count is not None else "assez"
    limit = f" (au plus {most})" if most is not None else ""
    return f"Pas relancé aujourd’hui parce que ce client a été contacté {times} en 30 jours{limit}."


def _not_working(words: Words) -> str:
    until = words.day("until")
    follows = f" Le message part le {until}." if until else ""
    return f"Pas relancé aujourd’hui parce que ce n’est pas un jour ouvré.{follows}"


def _no_address(words: Words) -> str:
    missing = _CHANNELS.get(words.word("channel"), "une adresse")
    pronoun = "le" if missing.startswith("un ") else "la"
    return f"Pas relancé parce qu’il manque {missing} valable. Une personne doit {pronoun} compléter."


def _nobody_answers(_words: Words) -> str:
    return (
        "Pas relancé parce que personne ne répond au téléphone, et que l’étape n’a pas d’autre moyen."
        " Une personne doit choisir la suite."
    )


def _asks(words: Words) -> str:
    above = words.amount("above")
    cause = f"la somme dépasse {above}" if above else "le scénario le demande"
    return f"Le message attend l’accord d’une personne parce que {cause}."


def _volume(words: Words) -> str:
    count, usual = words.number("count"), words.number("usual")
    figures = ""
    if count is not None:
        against = f" contre {usual} d’habitude" if usual is not None else ""
        figures = f" ({count} messages{against})"
    return (
        f"Rien n’est parti parce que le nombre de messages du jour est inhabituel{figures}."
        " Une personne doit le confirmer."
    )


def _step_reached(words: Words) -> str:
    days = words.number("days")
    count, _ = words.numbers(str)
    if days is not None and days > 0:
        since = "1 jour" if days == 1 else f"{days} jours"
        cause = f"est échue depuis {since}" if count <= 1 else f"sont échues, la plus ancienne depuis {since}"
        return f"Relancé parce que {_which(words)} {cause}."
    if days is not None and days <= 0 and count:
        when = "aujourd’hui" if days == 0 else f"dans {-days} jour{'s' if days < -1 else ''}"
        return f"Prévenu parce que {_which(words)} {_plural(words, 'arrive', 'arrivent')} à échéance {when}."
    return f"Relancé parce que l’étape est atteinte pour {_which(words)}."


def _credit(words: Words) -> str:
    amount = words.amount("amount")
    fact = f"{amount} déduits" if amount else "Une somme est déduite"
    return f"{fact} de ce qui est réclamé parce qu’un avoir ou un règlement reste à affecter."


def _because(cause: str) -> Sentence:
    return lambda _words: f"Pas relancé parce que {cause}."


def _left_out(one: str, many: str) -> Sentence:
    return lambda words: f"Pas relancé pour {_which(words)} parce que {_plural(words, one, many)}."


SENTENCES: Mapping[str, Sentence] = {
    "paid": _paid,
    "nothing_open": _because("rien n’est dû"),
    "insolvent": _insolvent,
    "agency": _because("le dossier est confié à un tiers chargé du recouvrement"),
    "intercompany": _because("ce client est une société du groupe"),
    "written_off": _left_out("elle est passée en perte", "elles sont passées en perte"),
    "erased": _because("les données de ce client ont été effacées"),
    "stale_data": _stale,
    "mailbox_silent": _mailbox_silent,
    "possible_payment": _possible_payment,
    "bank_change": lambda _words: (
        "Rien n’est parti parce que le compte à payer est contesté. Deux personnes doivent le vérifier."
    ),
    "unread_reply": _because("une réponse du client n’a pas encore été lue"),
    "away": _away,
    "disputed": _left_out("elle est contestée", "elles sont contestées"),
    "partly_disputed": _partly_disputed,
    "promised": _promised,
    "broken_promise": _broken_promise,
    "on_hold": _on_hold,
    "missing_from_list": _missing_from_list,
    "instalment_plan": _left_out("son échéancier est respecté", "leur échéancier est respecté"),
    "einvoice_stopped": _einvoice,
    "direct_debit": _left_out("elle est prélevée", "elles sont prélevées"),
    "factored": _left_out("elle est cédée à l’affactureur", "elles sont cédées à l’affactureur"),
    "below_minimum": _below_minimum,
    "not_yet": _not_yet,
    "habit": _habit,
    "contact_gap": _contact_gap,
    "too_many_contacts": _too_many,
    "not_a_working_day": _not_working,
    "window": lambda words: (
        "Le message attend parce que l’heure d’envoi n’est pas ouverte chez le client"
        f"{_since('. Il part le ', words.day('until'))}."
    ),
    "no_address": _no_address,
    "nobody_answers": _nobody_answers,
    "asks_a_person": _asks,
    "first_list": lambda _words: (
        "Rien n’est parti parce que la première liste n’a pas été acceptée. Une personne doit la relire."
    ),
    "volume": _volume,
    "scenario_over": lambda words: (
        f"Pas relancé pour {_which(words)} parce que toutes les étapes du scénario sont faites."
        " Une personne choisit la suite."
    ),
    "step_reached": _step_reached,
    "thanks_due": lambda words: (
        f"Remercié parce que {_which(words)} {_plural(words, 'est réglée', 'sont réglées')}."
    ),
    "reopened": lambda words: (
        f"Relances reprises pour {_which(words)} parce que le règlement est revenu impayé ou a été délettré."
    ),
    "time_barred": lambda words: (
        f"Le message attend l’accord d’une personne parce que {_which(words)} "
        f"{_plural(words, 'semble prescrite', 'semblent prescrites')}."
    ),
    "partial_payment": lambda words: (
        f"Seul le reste est réclamé parce que {_which(words)} "
        f"{_plural(words, 'est réglée', 'sont réglées')} en partie."
    ),
    "unallocated_credit": _credit,
    "no_scenario": _because("aucun scénario ne s’applique à ce client"),
    "in_flight": _because("un message est déjà en cours d’envoi"),
}
