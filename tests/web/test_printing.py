"""« Impression »: the letters of the day are chosen, printed, and confirmed as a whole or all but some."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from acquit.store.accounts.models import User
from acquit.store.outbox.models import Message, PrintBatch
from tests.web.pages import Visitor, part, soup, text_of
from tests.web.test_outbox import TODAY, creditor, letters, visitor  # noqa: F401  fixtures


def test_a_day_of_letters(visitor, letters, founded):  # noqa: F811
    page = soup(visitor.get("/impression/"))
    assert len(page.select("tbody input[name=message][checked]")) == 2
    assert "CLIENT UN, 240 RUE DU GRAND GIGOGNAN, 84000 AVIGNON" in text_of(page)
    answer = visitor.post("/impression/ouvrir/", {"message": [one.pk for one in letters]})
    assert answer.status_code == 303
    with founded.open():
        batch = PrintBatch.objects.get()
    assert answer.url == f"/impression/{batch.pk}/"
    page = soup(visitor.get(answer.url))
    assert [text_of(row.select("td")[1]) for row in page.select("tbody tr")] == ["1", "2"]
    pdf = visitor.get(f"/impression/{batch.pk}/lettres.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.content == visitor.get(f"/impression/{batch.pk}/lettres.pdf").content
    with founded.open():
        assert Message.objects.filter(state="handed_over").count() == 2
    assert "2 lettres à l’impression" in text_of(soup(visitor.get("/impression/")))
    visitor.post(f"/impression/{batch.pk}/clore/", {"message": [letters[0].pk]})
    with founded.open():
        assert list(Message.objects.filter(state="sent")) == [letters[0]]
    page = soup(visitor.get("/impression/"))
    assert "1 lettre postée. 1 remise en attente." in text_of(part(page, "#avis"))
    assert len(page.select("tbody tr")) == 1
    shut = text_of(soup(visitor.get(f"/impression/{batch.pk}/")))
    assert "remise en attente" in shut
    visitor.post(f"/impression/{batch.pk}/clore/", {"message": [letters[1].pk]})
    assert "Ce lot est clos" in text_of(part(soup(visitor.get("/impression/")), "#avis"))


def test_nothing_posted_puts_all_back(visitor, letters, founded):  # noqa: F811
    visitor.post("/impression/ouvrir/", {"message": [one.pk for one in letters]})
    with founded.open():
        batch = PrintBatch.objects.get()
    visitor.post(f"/impression/{batch.pk}/clore/", {"message": [letters[0].pk], "none": "1"})
    with founded.open():
        assert Message.objects.filter(state="handed_over").count() == 2


def test_a_registered_letter_wants_its_number(visitor, letters, founded):  # noqa: F811
    with founded.open():
        Message.objects.filter(pk=letters[0].pk).update(channel="registered_letter")
    visitor.post("/impression/ouvrir/", {"message": [one.pk for one in letters]})
    with founded.open():
        batch = PrintBatch.objects.get()
    page = soup(visitor.get(f"/impression/{batch.pk}/"))
    assert page.select_one(f"input[name=number-{letters[0].pk}]")
    everything = {"message": [one.pk for one in letters]}
    visitor.post(f"/impression/{batch.pk}/clore/", everything)
    assert "preuve de dépôt" in text_of(part(soup(visitor.get("/impression/")), "#avis"))
    visitor.post(f"/impression/{batch.pk}/clore/", everything | {f"number-{letters[0].pk}": "1A 2"})
    with founded.open():
        assert Message.objects.filter(state="sent").count() == 2


def test_another_organisation_s_letters_are_not_there(letters, visitor, found, founded):  # noqa: F811
    visitor.post("/impression/ouvrir/", {"message": [letters[0].pk]})
    with founded.open():
        batch = PrintBatch.objects.get()
    theirs = found("Autre")
    other = Visitor(headers={"Accept-Language": "fr"})
    other.force_login(User.objects.get(pk=theirs.user_id))
    for address in ("", "lettres.pdf"):
        assert other.get(f"/impression/{batch.pk}/{address}").status_code == 404
    assert other.post(f"/impression/{batch.pk}/clore/").status_code == 404
    other.post("/impression/ouvrir/", {"message": [letters[1].pk]})
    with founded.open():
        assert PrintBatch.objects.count() == 1


def test_an_empty_day(visitor, creditor):  # noqa: F811
    assert "Aucune lettre n’attend" in text_of(soup(visitor.get("/impression/")))
    visitor.post("/impression/ouvrir/", {"message": ["x"]})
    assert "n’attend d’être imprimée" in text_of(part(soup(visitor.get("/impression/")), "#avis"))


def test_what_the_post_says_is_told_and_seen_on_the_account(visitor, letters, founded):  # noqa: F811
    with founded.open():
        Message.objects.filter(pk=letters[0].pk).update(channel="registered_letter")
    visitor.post("/impression/ouvrir/", {"message": [letters[0].pk]})
    with founded.open():
        batch = PrintBatch.objects.get()
    visitor.post(
        f"/impression/{batch.pk}/clore/", {"message": [letters[0].pk], f"number-{letters[0].pk}": "1A 2"}
    )
    url = f"/envois/{letters[0].pk}/"
    page = soup(visitor.get(url))
    assert [one["value"] for one in page.select("#arrival-event option")] == [
        "presented", "signed", "refused", "unclaimed", "returned",
    ]  # fmt: skip
    slip = SimpleUploadedFile("avis.pdf", b"%PDF-1.4 the slip", content_type="application/pdf")
    visitor.post(f"{url}acheminement/", {"event": "signed", "on": TODAY.isoformat(), "proof": slip})
    page = soup(visitor.get(url))
    assert "Reçue contre signature" in text_of(page)
    assert "La lettre a effet depuis le" in text_of(page)
    proof = next(link["href"] for link in page.select("a") if link.get_text() == "Preuve")
    assert visitor.get(proof).content == b"%PDF-1.4 the slip"
    visitor.post(f"{url}acheminement/", {"event": "signed", "on": ""})
    assert "Indiquez ce que dit l’avis" in text_of(part(soup(visitor.get(url)), "#avis"))
    visitor.post(f"{url}acheminement/", {"event": "bounced", "on": TODAY.isoformat()})
    history = soup(visitor.get(f"/clients/{letters[0].account_id}/"))
    assert "Reçue contre signature" in text_of(history)
    assert "à effet du" in text_of(history)
    assert any(link.get_text(strip=True) == "La preuve" for link in history.select("a"))
