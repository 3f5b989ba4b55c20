"""Quotes and signatures: every real mail against our own reading of it, and what is never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.channels.email.answer.inbound import parse
from acquit.channels.email.answer.markup import Page, plain
from acquit.channels.email.answer.strip import Kind, Stripped, strip
from acquit.channels.email.tests.answers.real import EMAILS, digest, needs_emails, words

# Lines that a person would call the answer, in the files of the crisp collection. That collection's
# own tests want the same but for two: email_emoji, where it keeps the signature, and
# email_not_a_signature, where it keeps the closing words.
SAID = {
    "1-1": """
        correct_sig email_19 email_20 email_2_1 email_4 email_blackberry
        email_custom_quote_header email_customer_quote_header_2 email_emoji email_iphone
        email_multi_word_sent_from_my_mobile_device email_sent_from email_thread
        email_tricky_11_double_signature email_tricky_16_unicode_signatures
        email_tricky_17_forward_header email_tricky_9_nested_quotes email_unquoted_reply
        email_with_date_headers sig_no_empty_line
    """,
    "1-7": """
        email_1 email_tricky_6_regards_in_sentence
    """,
    "1-5": """
        email_10 email_11 email_12 email_13 email_14 email_15 email_16 email_17 email_18
        email_22 email_23 email_24 email_25 email_26 email_3 email_7 email_8 email_9
        email_danish_dash_separator email_en_multiline_2 email_finnish email_fr_multiline
        email_french_2 email_french_dash_separator email_german email_german_2 email_german_3
        email_german_outlook email_gmail_split_line_from email_ios_outlook email_ios_outlook_fr
        email_italian email_msn email_norwegian_gmail email_one_is_not_on email_original_message
        email_original_message_2 email_outlook_split_line_from email_portuguese email_russian
        email_tricky_10_special_chars_in_name email_tricky_12_no_space_after_header
        email_tricky_14_long_quote_header email_tricky_15_original_message_variations
        email_tricky_2_url_with_wrote email_tricky_4_from_in_body email_tricky_5_mixed_languages
        email_tricky_8_sent_from_in_content email_with_regards
    """,
    "1-1,9-34": """
        email_2
    """,
    "1-638": """
        email_21
    """,
    "1-15": """
        email_5 email_tricky_7_multiple_dashes
    """,
    "1-3": """
        email_6 email_customer_quote_header_3 email_sent_from_my_not_signature
        email_tricky_20_html_entities
    """,
    "1-9": """
        email_bullets email_tricky_13_timestamp_variations
    """,
    "1-13": """
        email_not_a_signature
    """,
    "1-10": """
        email_not_a_signature_2
    """,
    "1-11": """
        email_reply_header
    """,
    "4-4,8-8,12-12": """
        email_tricky_18_inline_reply
    """,
    "1-1,7-7,12-12": """
        email_tricky_19_quote_without_header
    """,
    "1-6": """
        email_tricky_1_on_false_positive
    """,
    "1-12": """
        email_tricky_3_code_block
    """,
    "2-4": """
        email_with_from_headers
    """,
    "1-2": """
        email_zoho
    """,
}
LINES = {name: lines for lines, names in SAID.items() for name in names.split()}
#: « [DATE] » stands alone between an answer and an older mail: nothing tells that a quote begins.
NOT_FOUND = {"email_with_date_headers"}


def chosen(text: str, ranges: str) -> str:
    """Return the lines of `text` in « 1-5,9-12 »."""
    lines = text.splitlines()
    bounds = (part.split("-") for part in ranges.split(","))
    return "\n".join("\n".join(lines[int(first) - 1 : int(last)]) for first, last in bounds)


@needs_emails
def test_what_was_said_in_the_real_replies() -> None:
    folder = EMAILS / "crisp_email_reply_parser"
    texts = {
        p.stem: p.read_text(encoding="utf-8") for p in folder.glob("*.txt") if p.stem != "expected_test.js"
    }
    assert texts.keys() == LINES.keys()
    assert len(texts) == 90
    wrong = {
        name for name, text in texts.items() if words(strip(text).said) != words(chosen(text, LINES[name]))
    }
    assert wrong == NOT_FOUND


def in_mail(name: str) -> Stripped:
    inbound = parse((EMAILS / "talon" / name).read_bytes())
    return strip(inbound.text, cited=inbound.cited, sender_name=inbound.sender.name)


def in_page(name: str) -> Stripped:
    page = plain((EMAILS / "talon" / name).read_text(encoding="utf-8", errors="replace"))
    return strip(page.text, cited=page.cited)


@needs_emails
def test_what_was_said_in_the_real_mails_of_many_programs() -> None:
    names = sorted(p.name for p in (EMAILS / "talon/standard_replies").glob("*.eml"))
    assert len(names) == 12
    said = {name: in_mail(f"standard_replies/{name}").said for name in names}
    assert {digest(text) for text in said.values()} == {digest("Hello")}, said
    assert len(words(in_mail("reply-quotations-share-block.eml").said).split()) > 30


@needs_emails
def test_what_was_said_in_the_real_pages_of_many_programs() -> None:
    names = sorted(p.name for p in (EMAILS / "talon/html_replies").glob("*.html"))
    assert len(names) == 9
    kept = {name: without_quotes(in_page(f"html_replies/{name}")) for name in names}
    assert {digest(text) for text in kept.values()} == {"431cafd9f3a5"}, kept
    assert words(in_page("OLK_SRC_BODY_SECTION.html").said) == "Reply"
    assert len(words(in_page("reply-separated-by-hr.html").said).split()) == 3


def without_quotes(stripped: Stripped) -> str:
    return "".join(piece.text for piece in stripped.pieces if piece.kind is not Kind.QUOTED)


@needs_emails
def test_the_signatures_of_the_real_mails() -> None:
    folder = EMAILS / "talon/signature/emails/stripped"
    bodies = sorted(folder.glob("*_body"))
    assert len(bodies) == 6
    for path in bodies:
        beside = {end: path.with_name(path.name.replace("_body", end)) for end in ("_sender", "_signature")}
        sender, signature = (unmarked(beside[end].read_text(encoding="utf-8")) for end in beside)
        found = strip(unmarked(path.read_text(encoding="utf-8")), sender_name=sender.strip()).signature
        assert words(found) == words(signature), path.name


def unmarked(text: str) -> str:
    return text.replace("#sig#", "")


MINE = [
    ("Bonjour,\nPaiement vendredi.\n\nLe lun. 3 août 2026 à 09:12, Acquit <r@x.example> a écrit :\n> dû\n",
     "Bonjour,\nPaiement vendredi."),
    ("Payé hier.\n\nDe : R <r@x.example>\nEnvoyé : lundi 3 août 2026 09:12\nÀ : C\nObjet : F\n\nBonjour",
     "Payé hier."),
    ("> Facture 12 ?\npayée\n> Facture 13 ?\ncontestée\n", "payée\ncontestée"),
    ("> Facture 12 ?\n\npayée\n\n> Facture 13 ?\n\ncontestée\n", "payée\n\n\ncontestée"),
    ("Je paie le 5.\n\nEnvoyé de mon iPhone", "Je paie le 5."),
    ("Je paie le 5.\n\nTélécharger Outlook pour iOS<https://aka.ms/x>\n", "Je paie le 5."),
    ("OK pour le 5.\nCordialement,\nJean Petit\nComptable\n01 02 03 04 05", "OK pour le 5."),
    ("Bien à vous", "Bien à vous"),
    ("Cordialement,\nJean\nPS : le chèque part demain, comptez deux jours.",
     "Cordialement,\nJean\nPS : le chèque part demain, comptez deux jours."),
    ("Le 5 nous paierons. Le 12 aussi.", "Le 5 nous paierons. Le 12 aussi."),
    ("On verra.\nCe message est confidentiel et destiné à son destinataire.\nSi vous…", "On verra."),
    ("Geht klar.\n\nAm 03.08.2026 um 09:12 schrieb Acquit <r@x.example>:\n> offen", "Geht klar."),
    ("Va bene.\n\nIl giorno lun 3 ago 2026 alle ore 09:12 R <r@x.example> ha scritto:\n> x", "Va bene."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), MINE)
def test_what_was_said(text: str, said: str) -> None:
    assert strip(text).said == said


@pytest.mark.parametrize(
    "page",
    [
        '<p>Oui</p><div class="gmail_quote">Le 3<blockquote>non</blockquote></div>',
        "<p>Oui</p><blockquote>non</blockquote>",
        '<p>Oui</p><div id="divRplyFwdMsg"><b>De :</b> a</div><p>non</p>',
        '<p>Oui</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><b>De :</b> a</div><p>non</p>',
        '<p>Oui</p><div class="moz-cite-prefix">Le 3</div><blockquote type="cite">non</blockquote>',
        '<p>Oui</p><script>non()</script><style>non</style><img src="http://x.example/t.gif">',
        '<p>Oui<span style="display:none">non</span></p>',
        '<p>Oui</p><div class="yahoo_quoted">non</div>',
    ],
)
def test_a_page_without_what_it_quotes_hides_or_runs(page: str) -> None:
    read = plain(page)
    assert strip(read.text, cited=read.cited).said == "Oui"


def test_a_page_is_never_fetched_nor_shown_as_markup() -> None:
    read = plain(
        '<a href="javascript:x()">ici</a><img src="http://x.example/a.png" alt="b">'
        '<iframe src="//x">c</iframe>'
    )
    assert read == Page("ici")


@given(
    st.text(alphabet=st.sampled_from("> \n-_a:@<.1éÀOnLe"), max_size=200) | st.text(max_size=200),
    st.text(max_size=10),
)
def test_nothing_is_lost(text: str, sender: str) -> None:
    found = strip(text, sender_name=sender)
    assert "".join(piece.text for piece in found.pieces) == text
    assert found.said or not text.strip()


@given(st.text(alphabet=st.sampled_from('<>/ab ="divblockquotebrp'), max_size=300) | st.text(max_size=200))
def test_any_page_is_text(markup: str) -> None:
    page = plain(markup)
    assert all(0 <= start <= end <= len(page.text) for start, end in page.cited)
    strip(page.text, cited=page.cited)
