from django.apps import AppConfig


class BankConfig(AppConfig):
    name = "acquit.store.bank"
    label = "bank"
    default_auto_field = "django.db.models.BigAutoField"
