"""Requests that cannot be met; each class's docstring is what the person reads."""

from __future__ import annotations


class Impossible(ValueError):
    """This cannot be done."""

    #: The same sentence in French, shown on the screens.
    french = "Ceci n’est pas possible."

    def __str__(self) -> str:
        return (self.__doc__ or "").split("\n", maxsplit=1)[0]


class AlreadyGone(Impossible):
    """The message is no longer waiting: it left, was withdrawn, or somebody dealt with it."""

    french = "Ce message n’attend plus : il est parti, a été retiré, ou quelqu’un s’en est occupé."


class ReasonMissing(Impossible):
    """A reason is needed."""

    french = "Indiquez un motif."


class NothingLeftToAllocate(Impossible):
    """The payment has nothing left to allocate."""

    french = "Ce règlement est déjà imputé en entier."


class CurrenciesDiffer(Impossible):
    """The payment and the invoice are not in the same currency."""

    french = "Le règlement et la facture ne sont pas dans la même devise."


class AlreadyUndone(Impossible):
    """This allocation was undone already."""

    french = "Cette imputation est déjà annulée."


class AlreadyDisputed(Impossible):
    """This invoice is in dispute already."""

    french = "Cette facture est déjà en litige."


class NotPositive(Impossible):
    """An amount must be above zero."""

    french = "Le montant doit être supérieur à zéro."


class InThePast(Impossible):
    """This day has passed."""

    french = "Cette date est passée."


class TooFar(Impossible):
    """This day is too far ahead."""

    french = "Cette date est trop lointaine."


class DaysOutOfOrder(Impossible):
    """These days do not follow each other, or have not come yet."""

    french = "Ces dates ne se suivent pas, ou ne sont pas encore venues."


class OrderVoid(Impossible):
    """The order could only be served up to an earlier day: served later it is void (CPC 1411)."""

    french = (
        "L’ordonnance ne pouvait être signifiée que jusqu’à une date passée : elle est caduque (CPC, 1411)."
    )


class NoOrderHere(Impossible):
    """An injonction de payer is French: this debt falls under another law, or its debtor lives abroad."""

    french = (
        "L’injonction de payer est une procédure française\u00a0: cette créance relève d’une autre loi, ou le"
        " client est à l’étranger."
    )


class NotServed(Impossible):
    """An order can be opposed only after it was served, and once."""

    french = "Une opposition suit la signification, et ne se note qu’une fois."


class NotAgreed(Impossible):
    """Businesses may agree on one to ten years under French law; nobody may with a consumer."""

    french = (
        "Seuls des professionnels, en droit français, peuvent convenir d’une prescription, d’un à dix ans"
        " (code civil, 2254)\u00a0; jamais avec un consommateur."
    )


class OrderServed(Impossible):
    """The service of this order is recorded already, or the order was taken back."""

    french = "La signification de cette ordonnance est déjà notée, ou l’ordonnance a été retirée."


class NothingToPromise(Impossible):
    """No open invoice is concerned."""

    french = "Aucune facture ouverte n’est concernée."


class NothingWritten(Impossible):
    """The note is empty."""

    french = "La note est vide."


class NotAColleague(Impossible):
    """This person does not work in the organisation."""

    french = "Cette personne ne travaille pas dans l’organisation."


class NoWayToReach(Impossible):
    """A contact needs an e-mail address, a telephone number or a postal address."""

    french = "Un contact a besoin d’une adresse e-mail, d’un numéro ou d’une adresse postale."


class LineTaken(Impossible):
    """This bank line is matched already, perhaps by somebody else a moment ago."""

    french = "Cette ligne est déjà rapprochée, peut-être par quelqu’un d’autre à l’instant."


class LineSetAside(Impossible):
    """This bank line was set aside: take it back first."""

    french = "Cette ligne a été écartée\u00a0: reprenez-la d’abord."


class PartsDoNotFit(Impossible):
    """The parts do not fit: the bank line or one of the invoices has not that much left."""

    french = "Les parts ne tiennent pas\u00a0: il ne reste pas autant sur la ligne ou sur l’une des factures."


class ProposalGone(Impossible):
    """This proposal no longer holds: look at the line again."""

    french = "Cette proposition n’est plus valable\u00a0: regardez de nouveau cette ligne."


class NotAReturn(Impossible):
    """This bank line takes no payment back, or that payment is none that it can take back."""

    french = "Cette ligne ne reprend aucun règlement, ou pas celui-ci."


class NothingMatched(Impossible):
    """Nothing of this bank line is matched."""

    french = "Rien de cette ligne n’est rapproché."


class RateContradicts(Impossible):
    """This rate is not the one that the program ships for the semester: say that you hold to it."""

    french = "Ce taux n’est pas celui que le logiciel connaît pour ce semestre\u00a0: confirmez-le."


class RateUnreadable(Impossible):
    """This cannot be the value of a legal rate: a known series, a semester, a percent and a source."""

    french = (
        "Ce n’est pas la valeur d’un taux légal\u00a0: une série, un semestre, un pourcentage, une source."
    )


class MovesNothing(Impossible):
    """This does not move the day on which a claim lapses: a reminder or a letter never does."""

    french = "Ceci n’interrompt pas la prescription\u00a0: ni une relance ni une lettre ne le font."


class AlreadySettled(Impossible):
    """Somebody settled this already."""

    french = "Quelqu’un l’a déjà réglé."


class MoreThanCharged(Impossible):
    """That is more than is left of this charge, or than is left of the payment."""

    french = "C’est plus qu’il ne reste dû, ou qu’il ne reste du règlement."


class NothingToPrint(Impossible):
    """None of these letters waits to be printed: they were posted, taken back, or are at the printer."""

    french = (
        "Aucune de ces lettres n’attend d’être imprimée\u00a0: postées, retirées, ou déjà à l’impression."
    )


class NotPosted(Impossible):
    """Only of a letter that was posted can be told how it arrived."""

    french = "On ne peut dire que d’une lettre postée comment elle est arrivée."


class NotYet(Impossible):
    """This day is still to come, or lies before the letter was posted."""

    french = "Cette date est à venir, ou précède l’envoi de la lettre."


class ToldAlready(Impossible):
    """This was told of this letter already."""

    french = "Ceci est déjà noté pour cette lettre."


class NotAProof(Impossible):
    """The proof must be a PDF of at most 10 MB."""

    french = "La preuve doit être un PDF d’au plus 10\u00a0Mo."


class BatchClosed(Impossible):
    """This batch is closed: somebody said already what was posted."""

    french = "Ce lot est clos\u00a0: quelqu’un a déjà dit ce qui a été posté."


class NumberMissing(Impossible):
    """A registered letter is confirmed with the number on its proof of deposit."""

    french = "Une lettre recommandée se confirme avec le numéro de sa preuve de dépôt."


class SecretForAnother(Impossible):
    """The password that is kept is for another server or user: enter it again."""

    french = "Le mot de passe enregistré est celui d’un autre serveur ou identifiant\u00a0: saisissez-le."
