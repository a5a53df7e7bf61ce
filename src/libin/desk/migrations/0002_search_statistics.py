from django.db import migrations


class Migration(migrations.Migration):
    """Tell the planner how rare most words are, or it reads the whole table for a rare one."""

    dependencies = [
        ("desk", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE desk_casedocument ALTER COLUMN lexemes SET STATISTICS 1000",
            "ALTER TABLE desk_casedocument ALTER COLUMN lexemes SET STATISTICS -1",
        ),
    ]
