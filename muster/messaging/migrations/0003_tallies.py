"""Counts of a sending by seat and by reason; one confirmation for each page."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('messaging', '0002_partitions')]

    operations = [
        migrations.CreateModel(
            name='ReasonTally',
            fields=[
                ('pk', models.CompositePrimaryKey('sending_id', 'rule', 'reason', 'slot', blank=True, editable=False, primary_key=True, serialize=False)),
                ('sending_id', models.BigIntegerField()),
                ('rule', models.CharField(max_length=20)),
                ('reason', models.CharField(max_length=200)),
                ('slot', models.SmallIntegerField()),
                ('people', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='SeatTally',
            fields=[
                ('pk', models.CompositePrimaryKey('sending_id', 'place_id', 'slot', blank=True, editable=False, primary_key=True, serialize=False)),
                ('sending_id', models.BigIntegerField()),
                ('place_id', models.BigIntegerField()),
                ('slot', models.SmallIntegerField()),
                ('total', models.IntegerField(default=0)),
                ('delivered', models.IntegerField(default=0)),
                ('failed', models.IntegerField(default=0)),
                ('left_out', models.IntegerField(default=0)),
                ('uncertain', models.IntegerField(default=0)),
                ('first_at', models.DateTimeField(help_text='The first delivered in this seat', null=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'service')), fields=('page',), name='one_confirmation_a_page'),
        ),
        # Room on every page, so that adding to a row rewrites it in place and touches no index.
        migrations.RunSQL(
            'ALTER TABLE messaging_seattally SET (fillfactor = 50);'
            'ALTER TABLE messaging_reasontally SET (fillfactor = 50);',
            migrations.RunSQL.noop,
        ),
        # Room on every page, so that adding to a row rewrites it in place and touches no index.
        migrations.RunSQL(
            'ALTER TABLE messaging_seattally SET (fillfactor = 50);'
            'ALTER TABLE messaging_reasontally SET (fillfactor = 50);',
            migrations.RunSQL.noop,
        ),
    ]
