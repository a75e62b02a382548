"""The rows of a large list, in SQL: made-up people, and what three years of campaigning left.

Everything follows from a person's number by hashing, so that one statement fills a table and the
same list comes about each time. Sixteen people in a row live in nine homes; a postcode is a street
of as many houses as it takes. E-mail domains are reserved (RFC 2606); phones begin like Ofcom's
numbers for drama and are five digits too long to reach anybody.
"""

MIXED = 1_000_003
"""Coprime with what it scatters: neighbours on the list are not neighbours on the map."""
TAGS = {
    "Newsletter": 0.3,
    "Petition: save our buses": 0.15,
    "Member": 0.1,
    "Donor": 0.05,
    "Poster": 0.03,
    "Leaflets": 0.02,
    "Phone bank": 0.01,
    "Driver": 0.005,
    "Teller": 0.002,
    "Treasurer": 0.0005,
}
CHANNELS = {
    "email": ("position('@' IN folded) > 0", 0.77),
    "sms": ("position(' 447700900' IN folded) > 0", 0.42),
    "call": ("position(' 447700900' IN folded) > 0", 0.25),
    "post": ("address <> ''", 0.12),
}
"""Who may say yes to it, and how many of them do."""
KINDS = {
    "message delivered": 0.74,
    "consent given": 0.12,
    "volunteered": 0.1,
    "message failed": 0.03,
    "unsubscribed": 0.01,
}
"""Kinds of the facts beyond the one of joining, and how often each is met."""


def lot(number: str, which: int) -> str:
    """A lot between 0 and 1, always the same for a number."""
    return f"((hashint8extended({number}, {which}) & 1073741823) / 1073741824.0::float8)"


HOME = "(n / 16 * 9 + (ARRAY[0, 1, 1, 2, 3, 4, 4, 4, 5, 6, 7, 7, 7, 7, 8, 8])[(1 + n %% 16)::int])"
POSTCODE = f"((home %% %(postcodes)s) * {MIXED} %% %(postcodes)s)"
IS_PLACED = f"{lot('home', 1)} < 0.994"
HAS_HOME = f"{lot('home', 1)} < 0.964"

PEOPLE = f"""
INSERT INTO people_person (id, code, organisation_id, given_name, family_name, folded, postcode,
       address, seat_id, seat_how, ward_id, household_id, external_id, source, joined_at,
       changed_at)
SELECT id, gen_random_uuid(), %(of)s, given, family,
       ' ' || (SELECT string_agg(word, ' ' ORDER BY place) FROM (
               SELECT word, min(place) AS place
                 FROM string_to_table(words, ' ') WITH ORDINALITY AS each (word, place)
                GROUP BY word) once) || ' ',
       postcode, address, seat_id, how, ward_id, household, 'made-up-' || lpad(n::text, 8, '0'),
       'made up', joined_at, joined_at
  FROM (
SELECT made.id, made.n, made.joined_at, given.name AS given, family.name AS family,
       concat_ws(' ', given.words, family.words,
           CASE WHEN has_email THEN
               (ARRAY[given.plain || '.' || family.plain, given.plain || family.plain,
                      left(given.plain, 1) || '.' || family.plain,
                      family.plain || '.' || given.plain])[made.form] || '.' || to_hex(made.n)
               || '@example.' || (ARRAY['org', 'com', 'net'])[(1 + made.n %% 3)::int]
               || (ARRAY[' ' || given.plain || ' ' || family.plain,
                         ' ' || given.plain || family.plain,
                         ' ' || left(given.plain, 1) || ' ' || family.plain,
                         ' ' || family.plain || ' ' || given.plain])[made.form]
               || ' ' || to_hex(made.n) END,
           CASE WHEN has_phone THEN
               '447700900' || made.digits || ' 07700900' || made.digits END) AS words,
       CASE WHEN has_home THEN there.code ELSE '' END AS postcode,
       CASE WHEN has_home THEN
           (1 + made.home / %(postcodes)s) || ' ' || street.name ELSE '' END AS address,
       CASE WHEN is_placed THEN there.seat_id END AS seat_id,
       CASE WHEN has_home THEN 'postcode' WHEN is_placed THEN 'said' ELSE '' END AS how,
       CASE WHEN has_home THEN there.ward_id END AS ward_id,
       CASE WHEN has_home THEN %(household)s + made.home END AS household
  FROM (
SELECT id, n, home, {POSTCODE} AS postcode, {IS_PLACED} AS is_placed, {HAS_HOME} AS has_home,
       {lot("id", 6)} < 0.96 AS has_email, {lot("id", 8)} < 0.55 AS has_phone,
       1 + (hashint8extended(id, 7) & 3)::int AS form,
       lpad((n * 48271 %% 99999989)::text, 8, '0') AS digits,
       {lot("id", 2)} AS given_lot,
       {lot(f"CASE WHEN {lot('id', 4)} < 0.85 THEN home ELSE -id END", 5)} AS family_lot,
       %(at)s::timestamptz - interval '1 day'
           - pow({lot("id", 3)}, 2) * interval '1095 days' AS joined_at
  FROM (SELECT id, n, {HOME} AS home
          FROM (SELECT n + %(first)s AS id, n
                  FROM generate_series(0::bigint, %(many)s - 1) n) numbered
       ) housed
       ) made
  JOIN load_home there ON there.spot = made.postcode
  JOIN load_name given ON given.kind = 'given'
       AND given.n = width_bucket(given_lot, %(given)s::float8[])
  JOIN load_name family ON family.kind = 'family'
       AND family.n = width_bucket(family_lot, %(family)s::float8[])
  JOIN load_name street ON street.kind = 'street' AND street.n = made.postcode %% %(streets)s
       ) worded
"""
WORDS = """
INSERT INTO people_personword (organisation_id, word, person_id, seat_id)
SELECT organisation_id, word, id, seat_id
  FROM people_person, string_to_table(btrim(folded), ' ') word WHERE organisation_id = %(of)s
"""
POINTS = f"""
INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)
SELECT organisation_id, id, kind, value,
       CASE WHEN {lot("id", 9)} < 0.02 THEN 'bouncing' WHEN {lot("id", 9)} < 0.03 THEN 'dead'
            ELSE 'good' END
  FROM people_person, LATERAL (VALUES
       ('email', substring(folded from ' (\\S+@\\S+) ')),
       ('phone', '+' || substring(folded from ' (447700900\\d+) '))) point (kind, value)
 WHERE organisation_id = %(of)s AND value IS NOT NULL
"""
SAID = ", ".join(
    f"('{channel}', {has}, {share}, {lot('id', 22 + n)}, %({channel})s)"
    for n, (channel, (has, share)) in enumerate(CHANNELS.items())
)
CONSENTS = f"""
INSERT INTO people_consentevent (organisation_id, person_id, channel, purpose, is_given,
       wording_id, campaigner_id, source, at)
SELECT person.organisation_id, id, said.channel, 'marketing', is_given,
       CASE WHEN is_given THEN said.wording END, CASE WHEN is_given THEN %(campaigner)s END,
       CASE WHEN is_given THEN 'Join form' ELSE 'Unsubscribe link' END,
       CASE WHEN is_given THEN joined_at
            ELSE joined_at + {lot("id", 11)} * (%(at)s::timestamptz - joined_at) END
  FROM people_person person
 CROSS JOIN LATERAL (VALUES {SAID}) said (channel, has, chance, own, wording)
 CROSS JOIN (VALUES (true), (false)) word (is_given)
 WHERE person.organisation_id = %(of)s AND has
   AND said.own < said.chance
   AND (is_given OR {lot("id + length(said.channel)", 21)} < 0.05)
"""
TAGGED = f"""
INSERT INTO people_persontag (organisation_id, person_id, tag_id, source, at)
SELECT organisation_id, id, tag, 'made up', joined_at
  FROM people_person, unnest(%(tags)s::bigint[], %(shares)s::float8[]) tagged (tag, share)
 WHERE organisation_id = %(of)s AND {lot("id + tag * 1000003", 40)} < share
"""
JOINED = """
INSERT INTO journal_fact (organisation_id, kind, person_id, place_id, at)
SELECT organisation_id, 'person joined', id, seat_id, joined_at
  FROM people_person WHERE organisation_id = %(of)s ORDER BY joined_at
"""
# In the order of time, as they would have been written; a few people do most of the volunteering.
FACTS = f"""
INSERT INTO journal_fact (organisation_id, kind, person_id, place_id, about_kind, about_id, at)
SELECT %(of)s, kind, %(first)s + n, CASE WHEN {IS_PLACED} THEN there.seat_id END,
       CASE WHEN kind = 'message delivered' THEN 'sending' ELSE '' END,
       CASE WHEN kind = 'message delivered' THEN 1 + i * 52 / %(facts)s END, at
  FROM (
SELECT i, kind, n, {HOME} AS home, at FROM (
SELECT i, (%(kinds)s::text[])[width_bucket(lot, %(chances)s::float8[])] AS kind,
       (pow({lot("i", 31)}, CASE WHEN lot >= %(active)s THEN 3 ELSE 1 END) * %(many)s)::bigint
           * {MIXED} %% %(many)s AS n,
       %(at)s::timestamptz - interval '365 days'
           + i::float8 / %(facts)s * interval '364 days 23 hours' AS at
  FROM (SELECT i, {lot("i", 30)} AS lot FROM generate_series(0::bigint, %(facts)s - 1) i) drawn
       ) whose
       ) housed
  JOIN load_home there ON there.spot = {POSTCODE}
"""
ADDRESSES = """
SELECT DISTINCT household_id, address, postcode FROM people_person
 WHERE organisation_id = %(of)s AND household_id IS NOT NULL
"""
# Of those who took their yes to e-mail back, four in ten pressed the link that suppresses.
STOPPED = f"""
SELECT person_id, value, at FROM people_consentevent event JOIN people_contactpoint point
       USING (organisation_id, person_id)
 WHERE organisation_id = %(of)s AND channel = 'email' AND NOT is_given AND kind = 'email'
   AND {lot("person_id", 12)} < 0.4
"""
NAMES = """
CREATE UNLOGGED TABLE load_name (kind text, n bigint, name text, words text, plain text);
CREATE UNLOGGED TABLE load_home AS
SELECT row_number() OVER (ORDER BY code) - 1 AS spot,
       left(code, -3) || ' ' || right(code, 3) AS code, seat_id, ward_id
  FROM places_postcode WHERE seat_id IS NOT NULL;
"""
