"""Organisations, the people who work in them, and what each of them may do."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from acquit.store.schema import Tables, key, organisation, person


class Migration(migrations.Migration):
    initial = True
    replaces = [("accounts", "0001_initial"), ("accounts", "0013_digests")]
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        Tables(
            migrations.CreateModel(
                "Organisation",
                fields=[
                    ("id", key()),
                    ("name", models.CharField(max_length=200)),
                    ("created_at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                "User",
                fields=[
                    ("id", key()),
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                    (
                        "is_superuser",
                        models.BooleanField(
                            default=False,
                            help_text="Designates that this user has all permissions without explicitly assigning them.",
                            verbose_name="superuser status",
                        ),
                    ),
                    (
                        "username",
                        models.CharField(
                            error_messages={"unique": "A user with that username already exists."},
                            help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                            max_length=150,
                            unique=True,
                            validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                            verbose_name="username",
                        ),
                    ),
                    ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                    ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                    (
                        "is_staff",
                        models.BooleanField(
                            default=False,
                            help_text="Designates whether the user can log into this admin site.",
                            verbose_name="staff status",
                        ),
                    ),
                    (
                        "is_active",
                        models.BooleanField(
                            default=True,
                            help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                            verbose_name="active",
                        ),
                    ),
                    (
                        "date_joined",
                        models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                    ),
                    ("email", models.EmailField(max_length=254, unique=True)),
                    ("language", models.CharField(default="fr", max_length=8)),
                    (
                        "groups",
                        models.ManyToManyField(
                            blank=True,
                            help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.group",
                            verbose_name="groups",
                        ),
                    ),
                    (
                        "user_permissions",
                        models.ManyToManyField(
                            blank=True,
                            help_text="Specific permissions for this user.",
                            related_name="user_set",
                            related_query_name="user",
                            to="auth.permission",
                            verbose_name="user permissions",
                        ),
                    ),
                ],
                options={"abstract": False, "verbose_name": "user", "verbose_name_plural": "users"},
                managers=[("objects", django.contrib.auth.models.UserManager())],
            ),
            migrations.CreateModel(
                "Membership",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    (
                        "user",
                        models.ForeignKey(
                            on_delete=models.CASCADE, related_name="memberships", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    (
                        "role",
                        models.CharField(
                            default="administrator",
                            help_text="administrator, credit_manager, collector, sales, accountant or reader",
                            max_length=20,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "user"), name="a_person_joins_an_organisation_once"
                        )
                    ]
                },
            ),
            migrations.CreateModel(
                "DigestChoice",
                fields=[
                    ("id", key()),
                    ("organisation", organisation()),
                    ("user", person(models.CASCADE)),
                    ("daily", models.BooleanField(default=False)),
                    ("weekly", models.BooleanField(default=False)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("organisation", "user"), name="a_person_chooses_digests_once"
                        )
                    ]
                },
            ),
        ),
    ]
