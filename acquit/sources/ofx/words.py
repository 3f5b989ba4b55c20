"""Words for what is wrong with a file of OFX."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "ofx_none": (
        "aucun élément <OFX> dans ce fichier. Rien n’est importé.",
        "there is no element <OFX> in this file. Nothing is imported.",
    ),
    "ofx_two": (
        "un second document OFX commence ici~: importez-les un par un. Rien n’est importé.",
        "a second OFX document begins here: import them one by one. Nothing is imported.",
    ),
    "ofx_declaration": (
        "ce fichier déclare un DOCTYPE ou des entités, ce qu’aucun OFX ne fait~: il n’est pas lu.",
        "this file declares a DOCTYPE or entities, which no OFX does: it is not read.",
    ),
    "ofx_cut": (
        (
            "le fichier s’arrête ici, alors que <{name}> de la ligne {opened} n’est pas refermé~: il est "
            "coupé. Rien n’est importé."
        ),
        (
            "the file stops here, while <{name}> of line {opened} is not closed: it was cut. "
            "Nothing is imported."
        ),
    ),
    "ofx_tag": (
        "«~{tag}~» n’est pas une balise. Rien n’est importé.",
        "“{tag}” is not a tag. Nothing is imported.",
    ),
    "ofx_too_deep": (
        "les éléments s’emboîtent sur plus de {limit} niveaux~: le fichier n’est pas lu.",
        "the elements nest deeper than {limit} levels: the file is not read.",
    ),
    "ofx_end_alone": (
        "</{name}> ne referme rien. Rien n’est importé.",
        "</{name}> closes nothing. Nothing is imported.",
    ),
    "ofx_not_closed": (
        "<{name}> de la ligne {opened} n’est pas refermé avant </{before}>. Rien n’est importé.",
        "<{name}> of line {opened} is not closed before </{before}>. Nothing is imported.",
    ),
    "ofx_refused": (
        "la banque a répondu par une erreur ({status}~: {message}), sans relevé. Refaites l’export.",
        "the bank answered by an error ({status}: {message}), without a statement. Export it again.",
    ),
    "ofx_account_refused": (
        "la banque n’a pas donné l’un des comptes ({status}~: {message}, ligne {line}).",
        "the bank did not give one of the accounts ({status}: {message}, line {line}).",
    ),
    "ofx_investment": (
        (
            "c’est un relevé de portefeuille de titres, pas d’un compte où des clients paient. "
            "Rien n’est importé."
        ),
        ("this is a statement of securities, not of an account where debtors pay. Nothing is imported."),
    ),
    "ofx_investments_left": (
        "{count} relevé[s] de portefeuille de titres laissé[s] de côté.",
        "{count} statement[s] of securities left out.",
    ),
    "ofx_no_statement": (
        "ce fichier OFX ne contient le relevé d’aucun compte. Rien n’est importé.",
        "this OFX file holds the statement of no account. Nothing is imported.",
    ),
    "ofx_other_currency": (
        "ce mouvement est en {other}, mais le compte en {currency}. Rien n’est importé.",
        "this movement is in {other}, but the account in {currency}. Nothing is imported.",
    ),
    "ofx_amount_missing": (
        "le montant <{name}> manque. Rien n’est importé.",
        "the amount <{name}> is missing. Nothing is imported.",
    ),
    "ofx_unsure": (
        (
            "<{name}> «~{value}~»~: la virgule sépare-t-elle les milliers ou les décimales~? "
            "Rien n’est importé."
        ),
        "<{name}> “{value}”: does the comma separate thousands or decimals? Nothing is imported.",
    ),
    "ofx_day": (
        "<{name}> «~{value}~» n’est pas une date AAAAMMJJ. Rien n’est importé.",
        "<{name}> “{value}” is not a date YYYYMMDD. Nothing is imported.",
    ),
    "ofx_day_missing": (
        "la date <{name}> manque. Rien n’est importé.",
        "the date <{name}> is missing. Nothing is imported.",
    ),
    "ofx_corrections": (
        (
            "{count} correction[s] de mouvements antérieurs laissée[s] de côté~: vérifiez-[la|les] auprès "
            "de la banque."
        ),
        "{count} correction[s] of earlier movements left out: check [it|them] with the bank.",
    ),
}
