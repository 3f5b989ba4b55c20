"""Who hosts, who invoices, who owes, whom to write to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower, Right

from acquit.store.owned import Owned, owned_index

AMOUNT: dict[str, Any] = {"max_digits": 18, "decimal_places": 4}

#: What follows the @ of a contact's mailbox, and the digits that end his number: by them, too, he is found.
DOMAIN = models.Func(Lower("email"), Value("@"), Value(2), function="split_part")
LAST_DIGITS = Right(
    models.Func(
        "phone", Value(r"\D"), Value(""), Value("g"), function="regexp_replace",
        output_field=models.CharField(),
    ),
    9,
)  # fmt: skip

#: Letters that a search takes for their plain form, one for one: « bati » finds Bâti-Sud.
ACCENTED = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ’"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyy'"


def folded(name: str) -> str:
    """Return `name` as `Debtor.folded_name` keeps it, for a search to compare with.

    >>> folded("Bâti-Sud L’Écluse")
    "bati-sud l'ecluse"
    """
    return name.lower().translate(str.maketrans(ACCENTED, PLAIN))


class Organisation(models.Model):
    """Who keeps its data here; everything belongs to exactly one."""

    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in."""

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=8, default="fr")


class Membership(Owned):
    """What a person may do in an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(
        max_length=20,
        default="administrator",
        help_text="administrator, credit_manager, collector, sales, accountant or reader",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="a_person_joins_an_organisation_once"
            )
        ]


class Creditor(Owned):
    """A legal entity that invoices, with its rules of contact and its letterhead."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    legal_form = models.CharField(max_length=100, blank=True)
    capital = models.CharField(max_length=60, blank=True)
    siren = models.CharField(max_length=20, blank=True)
    registry_city = models.CharField(max_length=100, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    address = models.TextField(blank=True, help_text="lines of the postal address")
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="FR")
    region = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=60, default="Europe/Paris")
    language = models.CharField(max_length=8, default="fr")
    currency = models.CharField(max_length=3, default="EUR")
    iban = models.CharField(max_length=40, blank=True)
    bic = models.CharField(max_length=20, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_email = models.CharField(max_length=254, blank=True)
    sender_phone = models.CharField(max_length=40, blank=True)
    reply_domain = models.CharField(max_length=200, blank=True)
    manager_email = models.CharField(
        max_length=254, blank=True, db_default="", help_text="read too, from the steps that say so"
    )
    colour = models.CharField(max_length=7, blank=True, db_default="", help_text="#rrggbb, above a mail")
    transfer_code = models.CharField(
        max_length=10, default="consumers", db_default="consumers",
        help_text="whose mails carry the QR code of the transfer: everybody, consumers or nobody",
    )  # fmt: skip
    signatory = models.CharField(max_length=200, blank=True)
    signatory_title = models.CharField(max_length=200, blank=True)

    default_scenario = models.ForeignKey(
        "cases.Scenario", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_gap = models.PositiveSmallIntegerField(default=3, help_text="working days")
    contacts_per_30_days = models.PositiveSmallIntegerField(null=True, blank=True)
    tolerance = models.DecimalField(**AMOUNT, default=Decimal("1.00"))
    match_threshold = models.PositiveSmallIntegerField(
        default=95, db_default=95, help_text="score from which a bank line is matched alone, 1 to 100"
    )
    match_alone = models.BooleanField(
        default=True, db_default=True, help_text="no: a person accepts every match"
    )
    promise_grace = models.PositiveSmallIntegerField(default=2, help_text="working days")
    ask_above = models.DecimalField(**AMOUNT, null=True, blank=True)
    formal_notice_leaves_alone = models.BooleanField(default=False)
    works_every_day = models.BooleanField(default=False)
    window_opens = models.TimeField(default="08:00")
    window_closes = models.TimeField(default="19:00")
    quiet_periods = models.JSONField(default=list, help_text="[[first day, last day], …] as MM-DD")
    payment_terms = models.CharField(max_length=80, default="30 jours")
    fresh_days = models.PositiveSmallIntegerField(
        default=3, help_text="working days that the newest ledger or bank data may be old"
    )
    volume_limit = models.PositiveIntegerField(default=500, help_text="messages a day")
    vanished_limit = models.PositiveSmallIntegerField(
        db_default=30, help_text="percent of a complete list from which on what is missing is asked about"
    )
    trade = models.CharField(
        max_length=20,
        default="general",
        db_default="general",
        help_text="a Trade of the French law of terms: general, perishable, livestock, alcohol, transport",
    )
    contract_rate = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        help_text="percent of interest that the conditions of sale set between businesses; empty: the law's",
    )
    imputation = models.CharField(
        max_length=20,
        default="principal_first",
        db_default="principal_first",
        help_text="what a part payment settles: interest_first (the law's) or principal_first",
    )
    year_basis = models.PositiveSmallIntegerField(
        default=365, db_default=365, help_text="days that a yearly rate is divided by: 365 or 366"
    )
    collects_for_others = models.BooleanField(
        default=False,
        db_default=False,
        help_text="chases debts of other firms: CPCE R124-1 to R124-7 apply to every message",
    )
    collects_for = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="name and address of the firm whose debts they are",
    )
    watches_insolvency = models.BooleanField(
        default=True, db_default=True, help_text="ask the BODACC about debtors with a SIREN"
    )
    volume_confirmed_on = models.DateField(null=True, blank=True)
    list_accepted_at = models.DateTimeField(null=True, blank=True)
    provision_rule = models.JSONField(
        default=list, db_default=Value([], models.JSONField()),
        help_text="[[last day late, percent], …]: what is set aside by age; empty: our rule",
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="a_creditor_has_its_own_key")
        ]

    def __str__(self) -> str:
        return self.name


class Debtor(Owned):
    """Who owes. `profile` is said by a person; `habit_days` is how late he usually pays."""

    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, default="business")
    profile = models.CharField(max_length=20, default="regular")
    siren = models.CharField(max_length=20, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=8, default="fr")
    country = models.CharField(max_length=2, default="FR")
    region = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=60, blank=True)
    habit_days = models.SmallIntegerField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)
    insolvent_on = models.DateField(null=True, blank=True)
    stopped = models.CharField(
        max_length=20, blank=True, help_text="agency, written_off, erased; empty: none"
    )
    folded_name = models.GeneratedField(
        expression=models.Func(Lower("name"), Value(ACCENTED), Value(PLAIN), function="translate"),
        output_field=models.CharField(max_length=300, db_collation="C"),
        db_persist=True,
    )

    class Meta:
        indexes: ClassVar = [
            owned_index("folded_name", "id", name="debtors_by_name"),
            owned_index("country", name="debtors_by_country"),
            owned_index("siren", name="debtors_by_siren", condition=~Q(siren="")),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(Owned):
    """A person or mailbox at the debtor. A bounced address is kept, and not written to."""

    debtor = models.ForeignKey(Debtor, on_delete=models.CASCADE, related_name="contacts", db_index=False)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True, help_text="lines of the postal address")
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    is_main = models.BooleanField(default=False)
    registered_email = models.CharField(
        max_length=254, blank=True, db_default="", help_text="where electronic registered letters go"
    )
    consents_lre_on = models.DateField(
        null=True, blank=True, help_text="when a consumer agreed to them, as he must first (L100 CPCE)"
    )
    email_bounced_on = models.DateField(null=True, blank=True)
    phone_wrong_on = models.DateField(null=True, blank=True)
    letter_returned_on = models.DateField(null=True, blank=True)
    registered_bounced_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            owned_index("debtor", name="contacts_of_a_debtor"),
            owned_index("email", name="contacts_by_email", condition=~Q(email="")),
            models.Index(
                "organisation", Lower("email"), name="contacts_by_any_spelling", condition=~Q(email="")
            ),
            models.Index("organisation", DOMAIN, name="contacts_by_domain", condition=~Q(email="")),
            models.Index("organisation", LAST_DIGITS, name="contacts_by_number", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Account(Owned):
    """One debtor at one creditor: what wakes up on `look_at` and is decided on.

    Its balances are per currency (docs/decisions). `external_id` is the debtor's code in the
    creditor's ledger.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    external_id = models.CharField(max_length=100)
    look_at = models.DateTimeField(null=True, blank=True)
    scenario = models.ForeignKey(
        "cases.Scenario", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False, help_text="chosen by a person; a rule never overwrites it",
    )  # fmt: skip
    payment_terms = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "creditor", "external_id"],
                name="a_ledger_code_names_one_account",
            ),
        ]
        indexes: ClassVar = [
            owned_index("debtor", name="accounts_of_a_debtor"),
            owned_index("look_at", name="accounts_to_look_at", condition=Q(look_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.external_id


class DebtorMerge(Owned):
    """Two debtors that turned out to be one. `other` stays as an empty row, so that it can be undone.

    `moved` holds what went over to `keep`: {"accounts": [ids], "contacts": [ids], …}; `before` the values
    that fields of the two had: {"keep": {…}, "other": {…}}.
    """

    keep = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="+", db_index=False)
    moved = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "other"], condition=Q(undone_at__isnull=True),
                name="a_debtor_is_merged_once",
            ),
            models.CheckConstraint(
                condition=~Q(keep=models.F("other")), name="a_debtor_is_not_merged_with_itself"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            owned_index("keep", name="merges_of_a_debtor", condition=Q(undone_at__isnull=True))
        ]


class DigestChoice(Owned):
    """Which mails about the work a person wants: that of each working morning, that of each Monday."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    daily = models.BooleanField(default=False)
    weekly = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "user"], name="a_person_chooses_digests_once")
        ]
