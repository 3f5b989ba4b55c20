"""What a text speaks of, in the words of debtors: the shared features of French and English answers.

Patterns see folded text: small letters, no accents, straight apostrophes.
"""

from __future__ import annotations

import re

_SETTLE_FR = (
    r"(?:regl|pay|vir|vers|sold|acquitt|honor|transfer|debloqu|ordonnanc|mandat|effectu|rembours|emis"
    r"|credit|debit|execut|prelev)"
)
_DONE_FR = (
    r"(?:regle|paye|vire|verse|solde|acquitte|transfere|effectue|emis|envoye|credite|debite|execute"
    r"|preleve|compense|passe|parti|fait|poste|encaisse|charge)(?:e|s|es)?"
)
_DONE_EN = (
    r"(?:paid|settled|sent|made|transferred|wired|credited|debited|cashed|cleared|remitted|deposited"
    r"|executed|charged|processed|honoured|disbursed|done)"
)

#: concept -> pattern. The names are kept in the model and in the words for people.
CONCEPTS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "payment": r"\b(?:vire(?:ment|r|ments)|regle(?:ment|r)|paie(?:ment|ments)?|payer|verse(?:ment|r"
                   r"|rai|rons)|cheques?|solder|lcr|traite|prelevement|pay(?:ment|ments|ing)?|transfer"
                   r"|wire|settle|remit(?:tance)?|bacs|instal?ments?|funds|les fonds|l'argent|the money"
                   r"|the cash|acompte|echeancier|mandatement|direct debit|bill of exchange|argent"
                   r"|paye\w*|paie\w*|pay|paid|regl(?:e|ee|es|ees|ons)|vire|verse|honou?r\w*|regularis\w*"
                   r"|sold(?:e|er|erai|erons)|debt|dette|cash)\b",
        "payment_to_come": rf"\b(?:sera|seront|serez|serons|etre|soit|soient) (?:\w+ )?{_SETTLE_FR}\w*"
                           rf"|\b(?:{_SETTLE_FR}\w*|enverr|parviendr|partir"
                           r"|passer|proceder|fe|recevr|interviendr|regulariser|mettr)(?:r?ai|r?ons|r?a"
                           r"|r?ont|r?ez)\b|\b(?:vais|allons|va) (?:\w+ )?(?:payer|regler|virer|verser"
                           r"|solder|faire)|\b(?:prevu|programme|planifie)e?s?\b|prochaine campagne"
                           r"|m'engage|s'engage|fais(?:ons)? le necessaire|(?:mis|mise|mettons) (?:la "
                           r"facture )?(?:en|au) paiement|\b(?:will|shall|'ll|would|can|going to|expect "
                           r"to|plan to|due to|should) (?:\w+ ){0,3}(?:pay|paid|settle|be settled|send"
                           r"|transfer|clear|honour|go out|wire|release|reach you|leave|sort|take care"
                           r"|have the)|payment run|scheduled|my word|promise|commit to|\b(?:we|i) (?:are"
                           r"|am|'m) (?:paying|arranging|processing)|straight away|tout de suite|aussitot"
                           r"|sans faute|without fail|you'll get|you will (?:have|see|be|receive)|vous "
                           r"(?:recevrez|serez|aurez)|plus tard|straight after|validee?|approved|queued"
                           r"|diarised|debloque\b|en cours de (?:paiement|validation)|signe(?:ra|r le)"
                           r"|signature|echelonn\w*|report(?:er|ez)|postpone",
        "delay_asked": r"\b(?:delai|patienter|patience|echeancier|en (?:deux|trois|plusieurs) fois"
                       r"|mensualite|etaler|laisser encore|accorder|bear with|more time|payment plan"
                       r"|instal?ments?|until then|give us until|allow us|another (?:\w+ )?(?:days|weeks)"
                       r"|tresorerie|cash ?flow|par mois|tous les mois|every month|a month)\b",
        "payment_done": rf"\b(?:a|ont|avons|ai|avez|as|est|sont|ete|etait|deja|bien|viens de) (?:bien "
                        rf"|deja |vous |l' ?|donc |tout |tous )?(?:ete |faire |le )?{_DONE_FR}\b"
                        rf"|\b(?:virement|paiement|reglement|cheque|facture)s?\b.{{0,30}}\b{_DONE_FR}\b"
                        r"|c'est (?:fait|paye|regle)|preuve de|avis d'(?:operation|execution)"
                        r"|justificatif de (?:virement|paiement)|^regle\w*|deja (?:paye|regle)|acquitte"
                        rf"|\b(?:was|were|been|have|has|had|already|just|did|is|got) (?:been |already "
                        rf"|just |now )?{_DONE_EN}\b|\b(?:we|i) (?:have |already |just )*{_DONE_EN}\b"
                        r"|proof of payment|remittance advice|(?:money|payment|transfer|funds|cheque) "
                        r"(?:\w+ )?(?:went|left|was|were|made)|\bpaid\b|crossed|la preuve|(?:quitte"
                        r"|credite|debite) (?:de )?(?:notre|votre|mon) compte|(?:taken|debited) from|you "
                        r"(?:cashed|received|had|got)|vous avez (?:encaisse|recu|touche)|venons de|viens "
                        r"de|just|execut\w+ (?:du|of)|\b(?:we|i) did pay|brought the account up to date"
                        r"|close the file|clore le dossier|nothing (?:outstanding|pending|left)|plus rien"
                        r"|rien a devoir|honou?red? (?:this|cette)|confirms? (?:l'|the)",
        "before_now": r"\b(?:hier|avant-hier|dernier|derniere|passee?|il y a|depuis|ce matin|a l'instant"
                      r"|yesterday|last (?:week|month|monday|tuesday|wednesday|thursday|friday|night)|ago"
                      r"|this morning|already|deja|just now)\b",
        "after_now": r"\b(?:demain|prochaine?|sous (?:\w+ )?(?:jours|heures|huitaine)|d'ici|avant (?:le"
                     r"|la|fin)|au plus tard|fin (?:de|du|d')|fin aout|tomorrow|next (?:week|month"
                     r"|payment)|by (?:the|end|fri|mon|tue|wed|thu)|no later than|at the latest|within"
                     r"|before the|as soon as|des (?:reception|que|le))\b",
        "bank_account": r"\b(?:rib|iban|bic|swift|ccp|coordonnees bancaires|(?:compte|domiciliation"
                        r"|identite) bancaire|sort code|bank(?:ing)? (?:details|information|account|info)"
                        r"|account number|numero (?:de|du) (?:votre )?compte|quel compte|which account"
                        r"|what account|new (?:account|bank)|nouve(?:au|lle) (?:compte|banque|rib|iban"
                        r"|domiciliation)|changed banks?|change de banque|old account|ancien (?:compte"
                        r"|rib)|beneficiary|beneficiaire|account ending|bank certificate|(?:donnees"
                        r"|attestation|code) banc?\w*|banking|your account|votre compte|(?:ou|where) "
                        r"(?:virer|payer|to pay|do i (?:pay|send)|dois-je|est-ce que)|quelle banque|no "
                        r"bank|aucune banque|code guichet|compte (?:de destination|mentionne|du factor)"
                        r"|destination account|void cheque)\b",
        "iban_written": r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?\b",
        "change": r"\b(?:chang\w+|nouve(?:au|aux|lle|lles)|desormais|modifi\w+|mettre a jour|new|update"
                  r"|from now on|a compter du|as of)\b",
        "document": r"\b(?:factures?|duplicata|copies?|double|releve de compte|extrait de compte|bon de "
                    r"livraison|pdf|piece jointe|pieces? |document|exemplaire|invoices?|cop(?:y|ies)"
                    r"|duplicate|statement|attachments?|attached|joint|joindre|delivery note|paperwork"
                    r"|lien|scan|originale?|contrat|contract|ledger|grand livre|decompte|breakdown"
                    r"|justificati\w+|supporting documents|fichier|file|bill)\b",
        "send_it": r"\b(?:(?:r?envoy|transmett|adress|communiqu|fournir|retransmett|reexpedi)\w*|faire "
                   r"(?:parvenir|suivre|passer)|me remettre|(?:re)?send|resend|forward|email me|provide"
                   r"|let (?:us|me) have|supply|post|upload|re-?send|share)\b",
        "not_received": r"\b(?:(?:jamais|pas|rien) (?:\w+ )?(?:recue?s?|eue?|trouve\w*|trace)|ne "
                        r"(?:retrouve|trouve)\w*|introuvable|egare\w*|perdu\w*|aucune trace|illisible"
                        r"|impossible d'ouvrir|manqu\w+|n'ai (?:rien|que|pas)|n'avons pas|never "
                        r"(?:received|got|had|reached)|(?:not|n't) (?:received|find|have|hold|got|open"
                        r"|read)|no (?:trace|record|invoice)|lost|missing|mislaid|deleted|supprime"
                        r"|unable to open|cannot be (?:read|seen)|can't (?:see|read|open|find)|expired?"
                        r"|(?:not|pas) (?:found|vu)|ne vois que|only see|download|telecharger)\b",
        "please": r"\b(?:merci d(?:e|')|pouvez-vous|pourriez-vous|pourrais-je|peux-tu|auriez-vous"
                  r"|veuillez|svp|s'il vous plait|est-il possible|il me (?:faut|faudrait)|please|pls"
                  r"|could you|can you|kindly|may i|would you|is it possible|i need|we need)\b",
        "contest": r"\b(?:contest\w*|litige|desaccord|pas d'accord|refus\w*|reject\w*|rejet\w*|hors de "
                   r"question|reclamation|reserves?|erreur sur|erron\w+|incorrecte?|non conforme|faux"
                   r"|fausse|inadmissible|dispute\w*|disagree|don't agree|refuse|withhold\w*|wrong"
                   r"|incorrect|complaint|not (?:what|match|the (?:size|right|one))|ne correspond\w* pas"
                   r"|bloqu\w*|on hold|compensation|dedommag\w*|geste commercial|don't recogni[sz]e|ne "
                   r"reconnais|surfactur\w*|overcharg\w*|you (?:bill|charge|have charged|are charging)"
                   r"|vous (?:facturez|comptez)|a votre charge|your expense|declined|declinee|void"
                   r"|n'a(?:i|vons|urait)? (?:jamais|pas lieu|rien (?:achete|commande|signe))|will not "
                   r"pay|ne paier\w* (?:pas|que)|tant que|when it works|reduction|never (?:signed"
                   r"|attended|ordered|agreed))\b",
        "faulty": r"\b(?:endommag\w*|defaut\w*|defectu\w*|casse\w*|abime\w*|mal fait|ne (?:fonctionn"
                  r"|marche)\w*|panne|fui\w*|qualite|damaged|fault\w*|defect\w*|broken|badly|does ?n'?t "
                  r"work|not worked|crash\w*|leak\w*|quality|poor|snags|plante)\b",
        "undelivered": r"\b(?:pas (?:ete )?(?:livre\w*|recu (?:la|les|le) (?:commande|marchandise)"
                       r"|termine)|livraison|jamais (?:livre|commande)\w*|quantite|manque|not delivered"
                       r"|never (?:delivered|ordered|finished)|quantity|missing from|delivery|courier"
                       r"|transporteur)\b",
        "price": r"\b(?:prix|tarif|remise|devis|prix unitaire|tva|price|rate|discount|quote|vat"
                 r"|overcharg\w*|frais de port|carriage|late fees|penalites)\b",
        "twice": r"\b(?:deux fois|double|doublon|twice|duplicated|en double|both)\b",
        "credit_note": r"\b(?:avoir|credit(?: note)?|retourn\w+|returned|resili\w+|cancel\w*|annul\w*"
                       r"|terminated|rectificative|reissue|corriger|correct it)\b",
        "order_number": r"\b(?:bon de commande|numero (?:de commande|d'engagement)|purchase order|po "
                        r"(?:number|reference)|order (?:number|reference))\b",
        "not_me": r"\b(?:ne (?:travaille|m'occupe|suis|gere|fais|traite)\w* (?:plus|pas)|pas (?:moi|le "
                  r"bon|la bonne|concerne)|plus (?:en poste|dans (?:cette|la) societe|partie)|a quitte"
                  r"|trompez|mauvais\w* (?:adresse|destinataire|interlocuteur)|erreur de destinataire"
                  r"|retraite|ne me concerne|no longer (?:work|with|in)|not (?:handle|my|the right|in "
                  r"charge|concern)|don't (?:handle|deal)|wrong (?:person|address|contact)|has left|left "
                  r"the (?:business|company)|retired|moved out|by mistake|in error|nothing to do with"
                  r"|never been a customer|not to me|pas a moi|plus present|n'habite plus|does not live"
                  r"|not part of my|delete my|(?:supprimer|retirer) (?:mes|mon|de)|take me off|remove my"
                  r"|ne releve pas|ni client|neither a customer|pas le garage|we just|nous ne sommes que"
                  r"|i only|je suis (?:seulement|le standard|stagiaire|architecte)|(?:hasn't been|n'est "
                  r"plus) (?:me|moi)|confus\w*|confondez|vendu mon|sold my|ex-associe|former|another "
                  r"company|autre societe|this mailbox is for|boite est reservee|head office|siege"
                  r"|filiale|maison mere|par erreur|private|personnelle)\b",
        "write_to": r"\b(?:(?:ecri|adress|contact|voy|voir|appel|prenez)\w* (?:\w+ )?(?:a |au |avec|la"
                    r"|le |mon |notre |directement|contact|vous a)|personne a contacter|interlocuteur"
                    r"|successeur|remplac\w*|repris le poste|nouveau contact|service compta\w*|write to"
                    r"|contact(?: her| him)?|speak to|talk to|get in touch|call accounts|successor"
                    r"|replacement|t(?:ook|aken|aking) over|accounts payable|in charge|looks? after|ask "
                    r"for|demandez|s'(?:appelle|occupe)|qui (?:gere|paie|s'en)|c'est (?:elle|lui|\w+ qui)"
                    r"|handles?|deals? with|goes (?:to|through)|passe par|is covering|his address|her "
                    r"details|coordonnees de|the right (?:team|person|department)|bon service|competent"
                    r"|repreneur)\b",
        "mailbox_written": r"[a-z0-9._+-]+@[a-z0-9-]+\.[a-z0-9.-]+",
        "away": r"\b(?:absente?s?|absence|conges?|vacances|en deplacement|hors du bureau|ferme\w*"
                r"|fermeture|de retour|a mon retour|reprise|rouvr\w*|reouvert\w*|reprenons|out of (?:the "
                r")?office|on (?:\w+ )?leave|holiday|vacation|back (?:on|in|from|to)|on my return"
                r"|returning|closed|shutdown|reopen\w*|reopens?|away|(?:off )?sick|limited access|acces "
                r"limite|(?:in|un)(?:joignable|disponible|available|reachable)|pas (?:au bureau|joignable"
                r"|disponible)|not in the office|en arret|seminaire|salon|conference|business trip"
                r"|part[ -]time|temps partiel|ne travaille pas le|do not work on|out (?:today|for the "
                r"day)|for the day|pour aujourd'hui|week-?ends?|emergency|urgence)\b",
        "machine": r"\b(?:automatique\w*|automat(?:ed|ic|ically)|ne pas repondre|do not reply|don't reply"
                   r"|ticket|accus\w* (?:de )?reception|acknowledge\w*|bien (?:ete )?(?:recu"
                   r"|enregistre)e?|not monitored|tracking number|numero de suivi|dans les meilleurs "
                   r"delais|get back to you|has been (?:received|logged|registered|forwarded|passed)|a "
                   r"ete (?:transmis|transmise|enregistre)\w*|notre equipe|our team|recontacter\w*"
                   r"|repondr(?:ai|ons)|response time|delai de reponse|is important|est important"
                   r"|surveillee|mailbox|an agent|un conseiller|(?:will|nous) (?:answer|be in touch"
                   r"|respond)|on my return|des mon retour)\b",
        "thanks_only": r"^\W*(?:\w+ ){0,2}(?:merci|thanks|thank you|ok|bien (?:recu|note)|parfait|perfect"
                       r"|understood|noted|received)\b.{0,40}$",
        "insolvency": r"\b(?:redressement judiciaire|liquidation|liquidateur|sauvegarde|mandataire "
                      r"judiciaire|declaration de creance|procedure collective|administration"
                      r"|administrator|liquidator|insolven\w*|winding|bankrupt\w*|chapter 11)\b",
        "day_named": r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\w+day|janvier|fevrier"
                     r"|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|january"
                     r"|february|march|april|june|july|august|september|october|november|december|fin "
                     r"(?:de|du|d')|month end|end of)\b|\b\d{1,2}/\d{1,2}\b|\b(?:le|au|du|the) "
                     r"\d{1,2}(?:st|nd|rd|th|er)?\b",
        "good_wishes": r"\b(?:joyeux|bonne annee|meilleurs voeux|felicitations|anniversaire|happy|merry"
                       r"|congratulations|retirement|bonne journee|nice day|sante)\b",
        "offer": r"\b(?:offres?|soldes?|promotions?|webinaire?s?|newsletter|lettre d'information|invit\w+"
                 r"|portes ouvertes|open day|our sale|commercial offer|stage|internship|cv|recrut\w*"
                 r"|hiring|devis|nouvelle commande|new order)\b",
        "talk": r"\b(?:rappel\w*|appelez-moi|m'appeler|call me|ring me|call this|rendez-vous|meeting"
                r"|appointment|reunion|discut\w*|let's|keep you posted|tiens au courant|reviens vers vous"
                r"|come back to you|look into)\b",
        "court": r"\b(?:avocat|solicitors?|lawyer|tribunal|court|plainte|police|harcel\w*|harass\w*"
                 r"|proces|hearing|huissier|juge\w*)\b",
        "question": r"\?",
        "orders": r"\b(?:(?:ignor|oubli|disregard|forget)\w* (?:\w+ ){0,4}(?:instructions?|consignes?"
                  r"|rules|regles)"
                  r"|system prompt|(?:tu es|vous etes) un assistant|you are an? (?:ai|assistant)|as an ai\b"
                  r"|respond with|reponds? ok|answer ok)\b",
    }.items()
}  # fmt: skip


def concepts_of(plain: str) -> dict[str, str]:
    """Return the concepts of a folded text, each with the words that show it."""
    found = ((name, pattern.search(plain)) for name, pattern in CONCEPTS.items())
    return {name: match[0].strip() for name, match in found if match}
