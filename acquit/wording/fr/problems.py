"""French sentences of what is wrong with a scenario: the place, then what to do."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "no_steps": "Le scénario n’a pas d’étape.",
    "no_key": "Le scénario n’a pas de clé (key).",
    "unknown_key": "« {key} » n’est pas un mot connu à cet endroit.",
    "step_incomplete": "L’étape {step} demande au moins key, when et do.",
    "unknown_when": "« {when} » n’est pas un moment. Exemple\u00a0: 3 days after due.",
    "every_needs_previous": "« {when} » se répète, mais ne compte pas depuis l’étape précédente.",
    "unknown_stage": "« {stage} » n’est pas une phase\u00a0: courtesy, reminder ou formal notice.",
    "unknown_ask": "« {ask} » ne peut pas être demandé\u00a0: écrivez a person, ou rien.",
    "not_yes_or_no": "{name} se répond par true ou false.",
    "not_a_number": "{name} demande un nombre entier.",
    "not_an_amount": "{name} demande un montant, par exemple 50.00.",
    "unknown_start": "« {start} » n’est pas une entrée\u00a0: gently, by age ou at suivi d’une étape.",
    "start_not_a_step": "Le scénario commence à « {step} », qui n’est pas une de ses étapes.",
    "unknown_channel": "{step}\u00a0: « {channel} » n’est pas un canal ({known}).",
    "same_key": "Deux étapes s’appellent « {step} ».",
    "reserved_key": "« {step} » est un nom réservé\u00a0: choisissez-en un autre.",
    "unknown_kind": "{step}\u00a0: only for nomme une nature ou un profil inconnu.",
    "first_counts_from_previous": "La première étape, « {step} », compte depuis une étape qui n’existe pas.",
    "repeats_too_soon": "« {step} » se répète sans être la dernière étape.",
    "repeats_without_pause": "« {step} » se répète sans aucun jour entre deux messages.",
    "at_most_without_every": "« {step} » a un maximum (at most) sans se répéter.",
    "courtesy_too_late": "« {step} » est une prévenance\u00a0: elle vient avant l’échéance.",
    "formal_notice_first": "« {step} » est une mise en demeure\u00a0: une relance doit venir avant elle.",
    "out_of_order": "« {step} » ne vient pas après « {before} ».",
    "unknown_copy": "{step}\u00a0: « {who} » ne peut pas être en copie (owner ou manager).",
    "unknown_attachment": "{step}\u00a0: « {what} » ne peut pas être joint (statement).",
    "goes_with_no_mail": "« {step} » ne part jamais par e-mail\u00a0: ni copie, ni pièce jointe.",
    "unknown_template": "{step}\u00a0: le modèle « {template} » n’existe pas en {language}.",
}
