"""What the writer wrote, apart from what he quoted and how he signed. What is cut is kept.

The pieces joined are the text again. Where everything would be cut, nothing is: a reader must not
miss an answer because it looked like a signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from acquit.channels.email.answer.text import folded

_MOST_LINES = 4000
#: Programs break lines at 60 to 80 characters.
_BROKEN = 60
_WROTE = (
    r"(?:wrote|writes|a ecrit|ecrivait|schrieb|ha scritto|schreef|escribio|escreveu|napisa[lł](?:\(a\)"
    r"|a)?|skrev|kirjoitti|irta|pisze|написал\(?а?\)?|пишет|a scris)"
)
#: Each form of _WROTE holds one of these: a line without them, and without an address, introduces nothing.
_WRITERS = (
    "wrote", "writes", "ecrit", "ecrivait", "schrieb", "scritto", "schreef", "escribio", "escreveu", "napisa",
    "skrev", "kirjoitti", "irta", "pisze", "написал", "пишет", "scris",
)  # fmt: skip
#: Lines over which a program breaks what introduces a quote.
_MOST_BROKEN = 4
#: « Le … a écrit : » and the like; what is between holds a digit or an address.
_FIRST_WORDS = (
    r"(?:on|le|am|il|op|el|em|den|dnia|w dniu|in data|in article|ma|pe|tir|man|ons|tor|fre|lor|son"
    r"|\d{1,4}[./-])"
)
_STARTS = re.compile(rf"^[\s>*-]*{_FIRST_WORDS}\b.*\d.*[^.!?]$")
_ATTRIBUTION = re.compile(
    rf"^[\s>*-]*(?:{_FIRST_WORDS}\b.{{3,300}}?\b{_WROTE}\s*[:;-]*\s*"
    rf"|.{{0,120}}<[^<>\s]+@[^<>\s]+>.{{0,40}}\b{_WROTE}\s*:\s*|.{{0,80}}\d.{{0,120}}\birta:\s*"
    rf"|[^<>\s]*@\S+ (?:\(.{{0,60}}\) )?writes:\s*)$"
)
#: « 30.09.2017, 18.30, "Name" <address>: », as Yandex, Gmail and others write it.
_DATED = re.compile(
    r"^[\s>]*(?=.{0,200}\d{1,2}[:.h]\d{2})(?=.{0,200}(?:\d{4}"
    r"|\d{1,2}[./]\d))[^\n]{6,200}?[<\s]?[^\s<>]+@[^\s<>]+\s?>?[\"']?\s*:\s*$"
)
_LABELS = {
    "from": r"from|de|von|van|da|fra|fran|od|от|expediteur|lahettaja|message du",
    "sent": r"sent|date|envoye(?: le)?|gesendet|datum|verzonden|inviato|data|dato|fecha|enviado(?: el)?"
    r"|skickat|отправлено|wyslano",
    "to": r"to|a|an|aan|til|para|do|кому|destinataire",
    "subject": r"subject|objet|betreff|onderwerp|oggetto|emne|asunto|assunto|temat|тема|amne|sujet",
    "cc": r"cc|copie(?: a)?|kopie|cci|bcc",
}
_LABEL = re.compile(
    "^[\\s>*_]*(?:" + "|".join(f"(?P<{key}>{words})" for key, words in _LABELS.items()) + r")[\s*]*:(?!/)"
)
_SEPARATOR = re.compile(
    r"^[\s>*]*[-_=]{2,}\s*(?:(?:original|forwarded|reply|transferred) (?:message|mail)|message "
    r"(?:d'origine|original|transfere|initial)|mail original|courriel original|ursprungliche nachricht"
    r"|weitergeleitete nachricht|originalnachricht|messaggio (?:originale|inoltrato)|oorspronkelijk "
    r"bericht|oprindelig besked|mensaje original|mensagem original|opprinnelig melding|ursprungligt "
    r"meddelande)(?: follows)?\s*[-_=]*\s*$|^[\s>]*(?:begin forwarded message|debut du message "
    r"(?:reexpedie|transfere)|anfang der weitergeleiteten nachricht)\s*:\s*$|^-{2,}\s*on .{5,200} "
    r"wrote\s*-{2,}\s*$"
)
_RULE = re.compile(r"^[\s>]*[-_=*—–]{2,}\s*$")
_DASHES = re.compile(r"^\s*(?:--|[—–]|_{2,}|[-—–]{2,})\s*$")
_MOBILE = re.compile(
    r"^\s*(?:sent (?:from|with|via|by) |get outlook for |envoye (?:de|depuis|a partir d[eu]|avec|par) "
    r"|obtenez outlook |telecharge[rz] outlook |provenance : courrier|gesendet (?:von|mit) |von meinem "
    r".{2,30} gesendet|inviato da|enviado (?:desde|do) |verzonden (?:vanaf|met) |via mobile|skickat fran"
    r"|sendt fra)"
)
_CLOSING = re.compile(
    r"^\s*(?:(?:bien |tres |sincerement |respectueusement )?cordialement|(?:bien |tres )?cdt|bien (?:a "
    r"vous|a toi|sincerement)|sinceres salutations|(?:meilleures|sinceres|cordiales) salutations"
    r"|salutations (?:distinguees|cordiales|sinceres)?|amicalement|respectueusement|(?:veuillez (?:agreer"
    r"|recevoir|croire)|je vous prie d'agreer|recevez)\b.*|avec mes (?:sinceres|meilleures|cordiales) "
    r"salutations|(?:kind |best |warm |with kind |with best )?regards|kind(?:est)? regards|(?:best|all "
    r"the best|many thanks and regards)|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|cheers"
    r"|mit (?:freundlichen|besten|herzlichen) gr(?:u|ue)(?:ß|ss)en|(?:freundliche|beste|viele|herzliche) "
    r"gr(?:u|ue)(?:ß|ss)e|cordiali saluti|distinti saluti|met vriendelijke groet(?:en)?|bonne (?:journee"
    r"|reception|fin de journee)(?: a vous)?|с уважением)\s*[,.!]?\s*[^\w\s]*\s*$"
)
_THANKS = re.compile(
    r"^\s*(?:thanks|thank you|many thanks|merci|merci (?:beaucoup|d'avance|par avance))\s*[,.!]?$"
)
_LEGAL = re.compile(
    r"^\s*\W*(?:ce (?:message|courriel|courrier electronique|mail).{0,80}(?:confidentiel|destinataire"
    r"|etabli)|this (?:e-?mail|message|communication).{0,80}(?:confidential|intended|privileged)|le "
    r"informazioni contenute|diese e-?mail .{0,60}vertraulich|avant d'imprimer|pensez a l'environnement"
    r"|please consider the environment|confidentiality notice|avis de confidentialite|les informations "
    r"contenues dans ce|the information (?:contained )?in this (?:e-?mail|message))"
)
_CONTACT = re.compile(
    r"^\W*(?:(?:t|p|m|f|tel|telephone|phone|mobile|mob|fax|port|portable|cell|skype|web|site|e-?mail|mail"
    r"|adresse|direct|standard)\b\.?\s*[:.]|(?:\+|00)?\d[\d .()/-]{7,}\d\s*$|\(\d{3}\)|(?:https?://"
    r"|www\.)\S+$|[^\s@]+@[^\s@]+\.\w+$|siret?n?\b|rcs\b)"
)
_POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?-?s\.?|nb|n\.b\.)\s*[:.)-]?\s", re.IGNORECASE)


class Kind(StrEnum):
    """What a piece of a mail is."""

    SAID = "said"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a mail, in its order."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Stripped:
    """A mail in pieces; joined they are its text."""

    pieces: tuple[Piece, ...]

    @property
    def said(self) -> str:
        """What the writer wrote."""
        return self._of(Kind.SAID).strip()

    @property
    def quoted(self) -> str:
        """What he quoted."""
        return self._of(Kind.QUOTED)

    @property
    def signature(self) -> str:
        """How he signed, and what his house adds."""
        return self._of(Kind.SIGNATURE)

    def _of(self, kind: Kind) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind is kind)


def strip(text: str, *, cited: Sequence[tuple[int, int]] = (), sender_name: str = "") -> Stripped:
    """Return `text` in pieces. `cited` are the spans that markup says are quoted."""
    lines = text.splitlines(keepends=True)
    first, rest = lines[:_MOST_LINES], "".join(lines[_MOST_LINES:])
    plain = [folded(line[:600].rstrip()) for line in first]
    kinds = _quotes(plain, _cited_lines(first, cited))
    _signatures(plain, kinds, folded(sender_name).strip())
    if Kind.SAID not in {kind for kind, line in zip(kinds, plain, strict=True) if line.strip()}:
        kinds = _restored(plain, kinds)
    pieces = _joined(first, kinds)
    return Stripped((*pieces, Piece(Kind.QUOTED, rest)) if rest else pieces)


def _cited_lines(lines: Sequence[str], cited: Sequence[tuple[int, int]]) -> set[int]:
    """Return the numbers of the lines that lie in a span that markup says is quoted."""
    spans = sorted(cited)
    found: set[int] = set()
    place, current = 0, 0
    for number, line in enumerate(lines):
        middle = place + len(line) - len(line.lstrip())
        while current < len(spans) and spans[current][1] <= middle:
            current += 1
        if current < len(spans) and spans[current][0] <= middle:
            found.add(number)
        place += len(line)
    return found


def _quotes(plain: Sequence[str], cited: set[int]) -> list[Kind]:
    kinds = [Kind.QUOTED if n in cited or _is_marked(line) else Kind.SAID for n, line in enumerate(plain)]
    hints = ["@" in line or any(word in line for word in _WRITERS) for line in plain]
    place = 0
    while place < len(plain):
        length = _introduction(plain, place, hints) if kinds[place] is Kind.SAID or not cited else 0
        if length:
            start = _with_rule_above(plain, place)
            end = _end_of_quote(plain, kinds, place + length)
            kinds[start:end] = [Kind.QUOTED] * (end - start)
            place = end
        else:
            place += 1
    _wrapped(plain, kinds)
    return kinds


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith((">", "|>"))


def _introduction(plain: Sequence[str], place: int, hints: Sequence[bool]) -> int:
    """Return how many lines from `place` introduce a quoted mail, 0 when they do not."""
    if not plain[place].strip():
        return 0
    if _SEPARATOR.match(plain[place]):
        return 1
    if _is_header_block(plain, place):
        return 1
    if not any(hints[place : place + _MOST_BROKEN]):
        return 0
    for count in range(1, _MOST_BROKEN + 1):
        group = plain[place : place + count]
        if len(group) < count or not group[-1].strip() or _is_foreign(group):
            break
        bare = [line.strip(" >") if line.strip() != ">:" else ">:" for line in group]
        if _attributes(" ".join(bare)) and (count == 1 or _belongs(bare)):
            return count
    return 0


def _is_foreign(group: Sequence[str]) -> bool:
    """Tell whether the last line is a marked one below lines that are not; « >: » ends an address."""
    return _is_marked(group[-1]) and not _is_marked(group[0]) and group[-1].strip() != ">:"


def _belongs(group: Sequence[str]) -> bool:
    """Tell whether the first line is part of what the lines after it introduce."""
    alone = _attributes(" ".join(group[1:]))
    return not alone or (bool(_STARTS.match(group[0])) and not _STARTS.match(group[1]))


def _attributes(line: str) -> bool:
    if len(line) > 600:
        return False
    attribution = _ATTRIBUTION.match(line)
    return bool(attribution and re.search(r"\d|@", line)) or bool(_DATED.match(line))


def _is_header_block(plain: Sequence[str], place: int) -> bool:
    """Tell whether the mail's own headers stand here, as Outlook repeats them."""
    first = _LABEL.match(plain[place]) if ":" in plain[place] else None
    if not first:
        return False
    found = {first.lastgroup}
    for line in plain[place + 1 : place + 8]:
        match = _LABEL.match(line)
        if match:
            found.add(match.lastgroup)
        elif line.strip() == "" and len(found) > 1:
            break
    inline = re.search(r"\bobjet\s*:|\bsubject\s*:", " ".join(plain[place : place + 4]))
    return "from" in found and bool(found & {"sent", "subject"} or inline) and len(found) + bool(inline) >= 3


def _with_rule_above(plain: Sequence[str], place: int) -> int:
    """Return where the quote starts, a ruled line above it included."""
    above = place - 1
    while above >= 0 and not plain[above].strip():
        above -= 1
    return above if above >= 0 and _RULE.match(plain[above]) else place


def _end_of_quote(plain: Sequence[str], kinds: Sequence[Kind], place: int) -> int:
    """Return where the quote ends: with its marked lines where it has such, else with the mail."""
    after = place
    while after < len(plain) and not plain[after].strip():
        after += 1
    if after < len(plain) and (
        _is_marked(plain[after]) or (kinds[after] is Kind.QUOTED and after - place < 3)
    ):
        return after
    return len(plain)


def _wrapped(plain: Sequence[str], kinds: list[Kind]) -> None:
    """A line that a program broke off a long marked one belongs to the quote; a short answer does not."""
    for place in range(1, len(plain) - 1):
        before, after = plain[place - 1], plain[place + 1]
        broken = len(before) >= _BROKEN and _is_marked(before) and _is_marked(after)
        if broken and kinds[place] is Kind.SAID and plain[place].strip():
            kinds[place] = Kind.QUOTED


def _signatures(plain: Sequence[str], kinds: list[Kind], sender_name: str) -> None:
    """Mark the signature that ends each stretch of what was said."""
    start = 0
    while start < len(plain):
        if kinds[start] is not Kind.SAID:
            start += 1
            continue
        end = start
        while end < len(plain) and kinds[end] is Kind.SAID:
            end += 1
        at = _signature(plain[start:end], sender_name)
        if at is not None:
            kinds[start + at : end] = [Kind.SIGNATURE] * (end - start - at)
        start = end


def _signature(lines: Sequence[str], sender_name: str) -> int | None:
    """Return the line with which the signature begins, None without one."""
    for place, line in enumerate(lines):
        rest = [one for one in lines[place + 1 :] if one.strip()]
        if _begins_signature(line, rest) or (
            _THANKS.match(line) and sender_name in [one.strip() for one in rest[:1]]
        ):
            named = place > 0 and bool(sender_name) and lines[place - 1].strip() == sender_name
            return place - named
    return _contacts(lines, sender_name)


def _begins_signature(line: str, rest: Sequence[str]) -> bool:
    if line.strip() == "--" and len(rest) <= 60 and not _goes_on(rest[:1]):
        return True
    if _DASHES.match(line) or _CLOSING.match(line):
        return len(rest) <= 14 and not _goes_on(rest) and (bool(rest) or bool(_CLOSING.match(line)))
    return _is_mobile(line) or (bool(_LEGAL.match(line)) and len(rest) <= 40)


def _goes_on(rest: Sequence[str]) -> bool:
    """Tell whether sentences follow, so that what came before was no signature."""
    told = [line.strip() for line in rest]
    for place, line in enumerate(told):
        if _LEGAL.match(line):
            return False
        if _POSTSCRIPT.match(line) or (
            len(line) > 45 and line.endswith((".", "!", "?", ":")) and " " in line
        ):
            return place < 12
    return False


def _is_mobile(line: str) -> bool:
    if not _MOBILE.match(line):
        return False
    words = re.sub(r"[<(\[]?https?://\S+", "", line).strip()
    return (
        len(words) <= 60
        and len(words.split()) <= 9
        and "," not in words
        and not words.endswith((".", "!", "?"))
    )


def _contacts(lines: Sequence[str], sender_name: str) -> int | None:
    """Return where a last paragraph begins that is a name with its telephone and the like."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip() and end - start < 8:
        start -= 1
    block = [line.strip() for line in lines[start:end]]
    if not start or not block or any(len(line) > 60 or line.endswith(("?", "!")) for line in block):
        return None
    named = bool(sender_name) and block[0] == sender_name
    reached = sum(bool(_CONTACT.match(line)) for line in block)
    return start if named or (reached and len(block) > 1 and reached * 3 >= len(block)) else None


def _restored(plain: Sequence[str], kinds: Sequence[Kind]) -> list[Kind]:
    """Return the kinds with the signatures, or else the quotes, taken for what was said."""
    signed = any(k is Kind.SIGNATURE and line.strip() for k, line in zip(kinds, plain, strict=True))
    wanted = Kind.SIGNATURE if signed else Kind.QUOTED
    return [Kind.SAID if kind is wanted else kind for kind in kinds]


def _joined(lines: Sequence[str], kinds: Sequence[Kind]) -> tuple[Piece, ...]:
    pieces: list[tuple[Kind, list[str]]] = []
    for kind, line in zip(kinds, lines, strict=True):
        if pieces and pieces[-1][0] is kind:
            pieces[-1][1].append(line)
        else:
            pieces.append((kind, [line]))
    return tuple(Piece(kind, "".join(told)) for kind, told in pieces)
