"""Facts are partitioned by month; the audit trail is append-only."""

from django.db import migrations

from libin.kernel.migrations import _tables


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.RunSQL(_tables.FACTS, _tables.NO_FACTS),
        migrations.RunSQL(_tables.GUARD, _tables.NO_GUARD),
    ]
