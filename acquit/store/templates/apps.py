from django.apps import AppConfig


class TemplatesConfig(AppConfig):
    name = "acquit.store.templates"
    label = "templates"
    default_auto_field = "django.db.models.BigAutoField"
