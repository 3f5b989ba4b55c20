"""The law on an account's page and in the worklist: charges with their formula, limitation, judgments."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from acquit.flows.law.watch_limitation import watch_limitation
from acquit.flows.law.watch_pass_on import watch_pass_on
from acquit.store.accounts.models import Creditor, Debtor, User
from acquit.store.cases.models import Task
from acquit.store.law.models import InsolvencyNotice, Interruption, LateCharge, PaymentOrder
from acquit.store.ledger.models import Term
from acquit.store.outbox.models import Message
from tests.flows import world
from tests.flows.test_insolvency import judgment
from tests.web.pages import Visitor, part, soup, text_of


@pytest.fixture(autouse=True)
def _tuesday():
    cache.clear()
    with time_machine.travel(world.NOW):
        yield


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def account(founded):
    with founded.open():
        creditor = world.ready_creditor(founded.id)
        one = world.account(creditor, "A", name="<b>Dupont</b>", siren="552100554")
        world.invoice(one, "F-1", "10000.00", due=date(2026, 7, 31))
        return one


def law(visitor, account):
    page = soup(visitor.get(f"/clients/{account.pk}/"))
    return {
        name: text_of(part(page, f'section[aria-labelledby="{name}"]')) for name in ("t-charges", "t-law")
    }


def test_charges_are_shown_line_by_line_kept_paid_and_given_up(visitor, account, founded):
    here = f"/clients/{account.pk}"
    shown = law(visitor, account)["t-charges"].replace("\u202f", " ").replace("\u00a0", " ")
    assert "10 000,00 € × 12,40 % × 116 / 365 = 394,08 €" in shown
    assert "Due, pas encore réclamée" in shown
    assert "434,08 €" in shown
    assert visitor.post(f"{here}/penalites/").status_code == 302
    with founded.open():
        world.receipt(account, "40.00")
        fixed, interest = (LateCharge.objects.get(kind=kind) for kind in ("fixed_sum", "interest"))
    form = part(soup(visitor.get(f"{here}/regler-penalite/{fixed.pk}/")), "#action form")
    choice = part(form, "option")["value"]
    assert visitor.post(f"{here}/regler-penalite/{fixed.pk}/", {"payment": choice}).status_code == 302
    assert visitor.post(f"{here}/renoncer/{interest.pk}/", {"reason": ""}).status_code == 200
    assert visitor.post(f"{here}/renoncer/{interest.pk}/", {"reason": "<i>geste</i>"}).status_code == 302
    page = visitor.get(f"{here}/")
    assert b"<i>geste</i>" not in page.content
    shown = law(visitor, account)["t-charges"]
    assert "Réglée" in shown
    assert "Abandonnée" in shown
    assert visitor.post(f"{here}/annuler/abandon/{interest.pk}/").status_code == 302
    with founded.open():
        assert LateCharge.objects.get(kind="interest").waived_on is None


def test_a_semester_without_rate_is_named_instead_of_a_sum(visitor, account, founded):
    with time_machine.travel(world.NOW.replace(year=2027, month=2)):
        visitor.force_login(User.objects.get(pk=founded.user_id))
        assert "2027 S1" in law(visitor, account)["t-charges"]


def test_a_judgment_of_a_namesake_waits_for_a_word(visitor, account, founded):
    from acquit.flows.law.record_insolvency import record_insolvency

    here = f"/clients/{account.pk}"
    with founded.open():
        Debtor.objects.filter(pk=account.debtor_id).update(name="Dupont")
        record_insolvency(organisation_id=founded.id, announced=[judgment(date(2026, 11, 3))], now=world.NOW)
        notice = InsolvencyNotice.objects.get()
        task = Task.objects.get(account=account)
    assert "autre SIREN" in law(visitor, account)["t-law"]
    assert "Décider sur la fiche" in text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/")))
    assert visitor.post(f"{here}/confirmer-procedure/{notice.pk}/").status_code == 302
    shown = law(visitor, account)["t-law"]
    assert "Créance à déclarer avant le 13 janv. 2027 inclus" in shown.replace("\u00a0", " ")
    with founded.open():
        task = Task.objects.get(account=account, kind="declare_claim")
    assert "Me Marel" in text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/")))
    assert visitor.post(f"/a-traiter/tache/{task.pk}/droit/").status_code == 303
    with founded.open():
        assert Task.objects.get(pk=task.pk).closed_by_id == founded.user_id


def test_a_person_notes_a_judgment_and_what_interrupts(visitor, account, founded):
    here = f"/clients/{account.pk}"
    future = {"procedure": "recovery", "judged_on": "2027-01-01"}
    assert visitor.post(f"{here}/procedure/", future).status_code == 200
    said = {"kind": "acknowledgement", "on": "2026-11-02", "note": "lettre du gérant"}
    assert "lettre recommandée, non" in text_of(soup(visitor.get(f"{here}/prescription/")))
    assert visitor.post(f"{here}/prescription/", said).status_code == 302
    assert "Reconnaissance de dette" in law(visitor, account)["t-law"]
    with founded.open():
        kept = Interruption.objects.get()
    assert visitor.post(f"{here}/annuler/prescription/{kept.pk}/").status_code == 302
    assert visitor.post(f"{here}/procedure/", future | {"judged_on": "2026-11-03"}).status_code == 302
    with founded.open():
        assert Debtor.objects.get(pk=account.debtor_id).insolvent_on == date(2026, 11, 3)


def test_an_overindebted_consumer_is_left_in_peace_and_nothing_is_declared(visitor, account, founded):
    here = f"/clients/{account.pk}/procedure/"
    assert not soup(visitor.get(here)).select('option[value="overindebtedness"]')
    said = {"procedure": "overindebtedness", "judged_on": "2026-11-03"}
    assert visitor.post(here, said).status_code == 200
    with founded.open():
        Debtor.objects.update(kind="consumer")
    assert visitor.post(here, said).status_code == 302
    assert "Surendettement, dossier recevable" in law(visitor, account)["t-law"]
    with founded.open():
        assert Debtor.objects.get().insolvent_on == date(2026, 11, 3)
        assert not Task.objects.filter(kind="declare_claim").exists()


def test_a_debtor_abroad_is_declared_without_a_french_limit(visitor, account, founded):
    with founded.open():
        Debtor.objects.update(country="DE")
    said = {"procedure": "recovery", "judged_on": "2026-11-03", "published_on": "2026-11-10"}
    assert visitor.post(f"/clients/{account.pk}/procedure/", said).status_code == 302
    with founded.open():
        task = Task.objects.get(kind="declare_claim")
    page = text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/")))
    assert "le délai est celui de ce pays" in page
    assert "À déclarer au plus tard" not in page
    assert "Redressement judiciaire" in law(visitor, account)["t-law"]


def test_an_old_claim_is_in_the_worklist(visitor, account, founded):
    with founded.open():
        world.invoice(account, "F-0", due=date(2022, 2, 1))
        watch_limitation(organisation_id=founded.id, now=world.NOW)
        task = Task.objects.get(kind="limitation")
    words = text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/")))
    assert "F-0" in words
    assert "une relance ou une lettre recommandée, non" in words
    assert "prescrite le 1" in law(visitor, account)["t-law"]


def test_who_collects_for_others_is_warned(visitor, account, founded):
    with founded.open():
        Creditor.objects.update(collects_for_others=True, collects_for="Cardon")
    assert "déclaration au procureur" in text_of(soup(visitor.get("/reglages/")))


def test_what_is_not_sure_of_a_message_is_told_before_it_is_approved_and_never_sent(
    visitor, account, founded
):
    with founded.open():
        Creditor.objects.update(country="AT")
        Debtor.objects.update(country="AT")
        plan_one(founded.id, "firm")
        message = Message.objects.get()
    page = soup(visitor.get(f"/a-traiter/message/{message.pk}/"))
    note = text_of(part(page, '[role="note"]')).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Le client ne voit pas cette note" in note
    assert "Taux légal, 1,53 % (2026 S2) : lu dans une seule source" in note
    assert "lu le 22 nov." in note
    assert "Pénalités de retard · § 456 UGB" in note
    assert "§ 458 UGB" not in note  # its 40 euros are those of the directive
    assert note.endswith("Détail des sources · Le client ne voit pas cette note.")
    reader = Client()
    reader.force_login(User.objects.get(pk=founded.user_id))
    shown = reader.get(f"/a-traiter/message/{message.pk}/apercu/")
    assert b"F-1" in shown.content
    assert "non relu" not in shown.content.decode()
    assert "non relu" in law(visitor, account)["t-charges"]
    tried = {"subject": "Essai", "body": "{{ penalties.rate | percent }}\n\n{{ invoice_table }}"}
    page = reader.post(
        "/modeles/firm/fr/apercu/", tried | {"account": account.pk}, headers={"accept-language": "fr"}
    )
    assert "Le client ne voit pas cette note" in page.content.decode()


def test_what_french_law_gives_bears_no_mark_and_an_article_read_once_only_a_line(visitor, account, founded):
    with founded.open():
        plan_one(founded.id, "firm")
        message = Message.objects.get()
    page = f"/a-traiter/message/{message.pk}/"
    reader = Client()
    reader.force_login(User.objects.get(pk=founded.user_id))
    assert "40,00" in reader.get(f"{page}apercu/").content.decode()
    assert soup(visitor.get(page)).select('[role="note"]') == []
    with founded.open():
        Creditor.objects.update(country="ES")
        Debtor.objects.update(country="ES")
    note = part(soup(visitor.get(page)), '[role="note"]')
    assert note.name == "p"  # no box: the sums are sure
    assert text_of(note) == "Sommes sûres, article non relu\u00a0: art. 8 Ley 3/2004. Détail des sources"
    assert part(note, "a")["href"] == "/reglages/taux/#textes"


def test_the_article_of_a_limitation_says_how_sure_it_is(visitor, account, founded):
    with founded.open():
        Creditor.objects.update(country="DE")
        Debtor.objects.update(country="DE")
        world.invoice(account, "F-0", due=date(2023, 5, 1))
        watch_limitation(organisation_id=founded.id, now=world.NOW)
        task = Task.objects.get(kind="limitation")
    told = "§§ 195, 199 BGB\u00a0: d’usage, non relu"
    assert told in law(visitor, account)["t-law"]
    assert told in text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/")))
    assert "dépend du droit de cette créance" in law(visitor, account)["t-law"]
    assert "dépend du droit de cette créance" in text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/")))
    with founded.open():
        Creditor.objects.update(country="FR")
        Debtor.objects.update(country="FR")
        world.invoice(account, "F-9", due=date(2022, 5, 1))
    assert "L110-4" not in law(visitor, account)["t-law"]


def plan_one(organisation_id, template):
    from acquit.flows.material.scenarios import add_version
    from acquit.flows.outbox.plan_day import plan_day

    step = {"key": "one", "when": "3 days after due", "do": "email", "template": template, "ask": "a person"}
    plan = {"key": "one", "name": {"fr": "Un", "en": "One"}, "steps": [step]}
    version = add_version(organisation_id, plan, now=world.NOW)
    Creditor.objects.update(default_scenario=version.scenario_id)
    plan_day(organisation_id=organisation_id, now=world.NOW)


def test_an_order_for_payment_is_noted_served_and_taken_back(visitor, account, founded):
    here = f"/clients/{account.pk}"
    asked = {"ordered_on": "2026-11-25", "court": "TC <b>Avignon</b>", "amount": "12 400,50", "note": "n° 12"}
    refused = visitor.post(f"{here}/injonction/", asked)
    assert "ne sont pas encore venues" in text_of(soup(refused))
    assert visitor.post(f"{here}/injonction/", asked | {"ordered_on": "2026-09-02"}).status_code == 302
    shown = law(visitor, account)["t-law"].replace("\u00a0", " ").replace("\u202f", " ")
    assert "Injonction de payer · ordonnance du 2 sept. 2026 · 12 400,50 €" in shown
    assert "À signifier avant le 2 déc. 2026 inclus" in shown
    with founded.open():
        order = PaymentOrder.objects.get()
        task = Task.objects.get(kind="serve_order")
    told = text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/"))).replace("\u00a0", " ")
    assert "à signifier avant le 2 déc. 2026 inclus" in told
    assert "TC <b>Avignon</b>" in told
    assert visitor.post(f"{here}/signifiee/{order.pk}/", {"served_on": "2026-11-20"}).status_code == 302
    shown = law(visitor, account)["t-law"].replace("\u00a0", " ")
    assert (
        "opposition possible jusqu’au 21 déc. 2026, exécutoire sans opposition à partir du 21 janv. 2027"
        in shown
    )
    assert "avocat obligatoire" in shown
    assert "Injonction de payer signifiée" in shown
    assert visitor.get(f"{here}/signifiee/{order.pk}/").status_code == 404
    assert visitor.post(f"{here}/annuler/injonction/{order.pk}/").status_code == 302
    shown = law(visitor, account)["t-law"]
    assert "Injonction de payer" not in shown
    assert visitor.post(f"{here}/annuler/injonction/999/").status_code == 404


def test_an_order_that_is_ignored_costs_five_points_more_until_it_is_opposed(visitor, account, founded):
    here = f"/clients/{account.pk}"
    asked = {"ordered_on": "2026-01-05", "court": "TC Lyon", "amount": "8000,00", "interest": "legal"}
    assert visitor.post(f"{here}/injonction/", asked).status_code == 302
    with founded.open():
        world.invoice(account, "F-0", "9000.00", due=date(2025, 11, 1))
        order = PaymentOrder.objects.get()
    assert visitor.post(f"{here}/signifiee/{order.pk}/", {"served_on": "2026-01-10"}).status_code == 302
    shown = law(visitor, account)["t-law"].replace("\u00a0", " ").replace("\u202f", " ")
    assert "exécutoire depuis le 11 févr. 2026, jusqu’au 11 févr. 2036 (CPCE, L111-4)" in shown
    assert "majoré de cinq points depuis le 12 avr. 2026" in shown
    assert "8 000,00 € × 2,62 % × 171 / 365 = 98,20 €" in shown
    assert "8 000,00 € × 5,00 % × 227 / 365 = 248,77 € (majoration)" in shown
    assert "Intérêts de l’ordonnance depuis sa signification : 435,57 €" in shown
    assert "à la place des pénalités des mêmes jours" in shown
    assert "en mains propres" in shown
    refused = visitor.post(f"{here}/opposition/{order.pk}/", {"opposed_on": "2026-01-09"})
    assert "ne se suivent pas" in text_of(soup(refused))
    assert visitor.post(f"{here}/opposition/{order.pk}/", {"opposed_on": "2026-02-01"}).status_code == 302
    shown = law(visitor, account)["t-law"].replace("\u00a0", " ")
    assert "Opposition du 1er févr. 2026 : le tribunal juge" in shown
    assert "majoré" not in shown
    assert visitor.get(f"{here}/opposition/{order.pk}/").status_code == 404
    assert visitor.post(f"{here}/annuler/opposition/{order.pk}/").status_code == 302
    assert "majoré" in law(visitor, account)["t-law"]


@pytest.mark.parametrize(
    ("owing", "said"),
    [
        (("business", "900.00"), "n’est plus ouverte aux factures entre commerçants depuis le 25 avril 2026"),
        (("business", "10500.00"), "l’avocat est obligatoire : plus de 10 000,00 €"),
        (("consumer", "900.00"), "Plus simple, et sans juge : jusqu’à 5 000,00 €"),
        (("consumer", "900.00"), "tribunal judiciaire du domicile"),
        (("public", "900.00"), "relève du juge administratif"),
    ],
)
def test_beside_an_order_stand_the_ways_that_are_open_with_the_sum(visitor, account, founded, owing, said):
    kind, amount = owing
    with founded.open():
        Debtor.objects.update(kind=kind)
        Term.objects.update(amount=amount)
    form = text_of(part(soup(visitor.get(f"/clients/{account.pk}/injonction/")), "#action"))
    form = form.replace("\u00a0", " ").replace("\u202f", " ")
    assert f"Échu, hors litiges : {amount.replace('10500', '10 500').replace('.', ',')} €" in form
    assert said in form
    assert "jusqu’au 24 nov. 2028" in form


@pytest.mark.parametrize(
    ("debtor", "said"),
    [
        ({"country": "DE"}, "il est à l’étranger (Allemagne)"),
        ({"country": "BE", "kind": "consumer"}, "relève d’un autre droit (Belgique)"),
        ({"country": "US"}, "seul le contrat dit quel droit s’applique"),
    ],
)
def test_where_there_is_no_order_for_payment_the_page_says_why(visitor, account, founded, debtor, said):
    with founded.open():
        Debtor.objects.update(**debtor)
    page = soup(visitor.get(f"/clients/{account.pk}/"))
    assert said in text_of(part(page, 'section[aria-labelledby="t-law"]'))
    assert not page.select('a[href$="/injonction/"]')
    asked = {"ordered_on": "2026-01-05", "court": "TC Lyon", "amount": "8000,00"}
    for answer in (visitor.get(f"/clients/{account.pk}/injonction/"),
                   visitor.post(f"/clients/{account.pk}/injonction/", asked)):  # fmt: skip
        assert said in text_of(part(soup(answer), "#action"))
        assert not soup(answer).select("#action form")
    with founded.open():
        assert not PaymentOrder.objects.exists()


def test_two_businesses_agree_on_a_limitation_and_nobody_with_a_consumer(visitor, account, founded):
    here = f"/clients/{account.pk}"
    asked = {"years": "2", "on": "2026-01-05", "note": "contrat cadre, art. 12"}
    assert "code civil, 2254" in text_of(soup(visitor.get(f"{here}/delai-convenu/")))
    assert visitor.post(f"{here}/delai-convenu/", asked | {"years": "11"}).status_code == 200
    assert visitor.post(f"{here}/delai-convenu/", asked).status_code == 302
    assert "Prescription convenue entre professionnels · 2 ans" in law(visitor, account)["t-law"]
    with founded.open():
        kept = Interruption.objects.get()
        Debtor.objects.update(kind="consumer")
    assert visitor.post(f"{here}/annuler/prescription/{kept.pk}/").status_code == 302
    assert "jamais avec un consommateur" in text_of(soup(visitor.post(f"{here}/delai-convenu/", asked)))
    assert not soup(visitor.get(f"{here}/")).select('a[href$="/delai-convenu/"]')
    with founded.open():
        assert not Interruption.objects.filter(cancelled_at=None).exists()


def test_a_public_body_is_interrupted_by_a_written_claim_and_nobody_else_is(visitor, account, founded):
    here = f"/clients/{account.pk}"
    assert not soup(visitor.get(f"{here}/prescription/")).select('option[value="written_claim"]')
    with founded.open():
        Debtor.objects.update(kind="public")
        world.invoice(account, "F-0", due=date(2022, 2, 1))
    assert "demande de paiement écrite, reçue par l’administration" in law(visitor, account)["t-law"]
    said = {"kind": "written_claim", "on": "2026-11-02", "note": "LRAR"}
    assert visitor.post(f"{here}/prescription/", said).status_code == 302
    assert "prescrite" not in law(visitor, account)["t-law"]


def test_what_was_received_for_another_is_a_task_until_it_is_passed_on(visitor, account, founded):
    with founded.open():
        Creditor.objects.update(collects_for_others=True, collects_for="Cardon")
        world.receipt(account, "300.00", on=date(2026, 10, 20))
        world.receipt(account, "12.00", on=date(2026, 10, 30))
        watch_pass_on(organisation_id=founded.id, now=world.NOW)
        task = Task.objects.get(kind="pass_on")
    page = text_of(soup(visitor.get(f"/a-traiter/tache/{task.pk}/"))).replace("\u00a0", " ")
    assert "Reçu le 20 oct. 2026 · 300,00 € · devait être reversé le 20 nov. 2026 au plus tard" in page
    assert "12,00 € · à reverser le 30 nov. 2026 au plus tard" in page
    assert "C’est reversé" in page
    assert visitor.post(f"/a-traiter/tache/{task.pk}/droit/").status_code == 303
    with founded.open():
        assert watch_pass_on(organisation_id=founded.id, now=world.NOW) == 0


def test_a_public_body_has_forty_five_days_for_interest_once_the_principal_is_paid(visitor, account, founded):
    with founded.open():
        Debtor.objects.update(kind="public")
        assert visitor.post(f"/clients/{account.pk}/penalites/").status_code == 302
    assert "acheteur public" not in law(visitor, account)["t-charges"]
    with founded.open():
        LateCharge.objects.filter(kind="interest").update(final=True, to_on=date(2026, 11, 20))
    shown = law(visitor, account)["t-charges"]
    assert "à payer par l’acheteur public au plus tard le 4 janv. 2027" in shown.replace("\u00a0", " ")
