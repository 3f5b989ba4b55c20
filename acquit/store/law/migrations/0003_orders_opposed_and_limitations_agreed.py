"""The interest of an order for payment and its opposition; the limitation on which businesses agreed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("law", "0002_orders_for_payment")]

    operations = [
        migrations.AddField(
            model_name="interruption", name="years", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="paymentorder",
            name="interest",
            field=models.CharField(
                blank=True, db_default="", help_text="legal, other or empty", max_length=10
            ),
        ),
        migrations.AddField(model_name="paymentorder", name="opposed_on", field=models.DateField(null=True)),
        migrations.AddConstraint(
            model_name="interruption",
            constraint=models.CheckConstraint(
                condition=Q(kind="agreed_term", years__isnull=False, years__gte=1, years__lte=10)
                | (~Q(kind="agreed_term") & Q(years=None)),
                name="a_limitation_is_agreed_from_one_to_ten_years",
            ),
        ),
    ]
