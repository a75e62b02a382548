from django.db import migrations


class Migration(migrations.Migration):
    """Nobody kept a place in the journal here yet."""

    dependencies = [("journal", "0002_partitions")]

    operations = [migrations.DeleteModel(name="Listener")]
