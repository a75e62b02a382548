"""The builder: every step works as a plain address, and nothing typed is lost."""

from urllib.parse import parse_qs, urlsplit

from muster.audiences import definitions, saving, sentence
from muster.audiences.models import Audience
from tests.audiences.asking import audience
from tests.conftest import NOON


def after(answer, organisation):
    """The sentence an act leads to."""
    assert answer.status_code == 302, answer.content.decode()[:2000]
    word = parse_qs(urlsplit(answer["Location"]).query)["d"][0]
    return sentence.in_words(definitions.unpacked(word, organisation), organisation)


def packed(*who):
    return definitions.packed(audience(*who))


def place(seat):
    return {"is": "place", "places": [seat.code]}


EMAIL = {"is": "reach", "channel": "email"}


def test_the_list_begins_with_starters_that_lead_to_a_count(as_ada, crowd):
    page = as_ada.get("/audiences/").content.decode()

    assert "Lapsed volunteers" in page
    assert "Signed up this week" in page


def test_a_condition_is_added_turned_and_taken_out(as_ada, party, crowd, stroud):
    asked = {"put": "place", "places": stroud.code, "how": "all"}
    assert after(as_ada.get("/audiences/new", asked), party) == "People in Stroud."
    asked = {
        "d": packed(place(stroud)),
        "put": "reach",
        "channel": "email",
        "how": "any",
        "at": "0",
    }
    said = after(as_ada.get("/audiences/new", asked), party)
    assert said == "People (either in Stroud or who may be e-mailed)."
    turned = after(as_ada.get("/audiences/new", {"d": packed(place(stroud)), "turn": "0"}), party)
    assert turned == "People not in Stroud."
    left = after(as_ada.get("/audiences/new", {"d": packed(place(stroud)), "drop": "0"}), party)
    assert left == "Everyone on the list."


def test_pressing_a_seat_narrows_to_it_and_pressing_again_lets_go(as_ada, party, crowd, stroud):
    narrowed = as_ada.get("/audiences/new", {"d": packed(EMAIL), "seat": stroud.code})
    assert after(narrowed, party) == "People who may be e-mailed and in Stroud."
    let_go = as_ada.get("/audiences/new", {"d": packed(EMAIL, place(stroud)), "seat": stroud.code})
    assert after(let_go, party) == "People who may be e-mailed."


def test_every_form_opens_and_every_condition_opens_filled_in(as_ada, party, crowd, driver, hours):
    for kind in ("place", "tag", "field", "did", "silent", "reach", "consent", "joined", "share"):
        assert as_ada.get("/audiences/new", {"add": kind}).status_code == 200
    who = [
        {"is": "tag", "tag": driver.pk},
        {"is": "field", "field": "hours", "op": "least", "value": 2},
        {"is": "did", "kind": "volunteered", "times": 2, "when": {"since": "2026-01-01"}},
        {"not": {"is": "joined", "when": {"days": 3}}},
    ]
    for path in range(len(who)):
        page = as_ada.get("/audiences/new", {"d": packed(*who), "edit": str(path)})
        assert page.context["builder"].form.at == str(path)


def test_what_is_filled_in_wrongly_stays_with_a_word_why(as_ada, crowd):
    asked = {"put": "did", "kind": "volunteered", "times": "lots", "when": "days", "days": "9"}
    page = as_ada.get("/audiences/new", asked).content.decode()

    assert "Give how often as a number." in page
    assert 'value="lots"' in page


def test_an_address_that_was_cut_says_so(as_ada, crowd):
    for word in ("x", "AAAA", "eJw", packed(EMAIL)[:-9], "ü"):
        assert "cut or changed" in as_ada.get("/audiences/new", {"d": word}).content.decode()
    for asked in ({"edit": "7.7"}, {"drop": "a"}, {"add": "magic"}, {"put": "magic"}):
        assert as_ada.get("/audiences/new", asked).status_code == 200


def test_counts_names_and_the_map_stay_within_reach(as_ben, crowd, stroud):
    page = as_ben.get("/audiences/new")

    assert page.context["figures"].total == 2
    assert {p.given_name for p in page.context["named"]} == {"Ann", "Bob"}
    assert "Cat" not in page.content.decode()


def test_only_the_part_that_changes_is_sent_to_htmx(as_ada, crowd):
    part = as_ada.get("/audiences/new", headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<div id="builder"')


def test_it_is_saved_changed_and_says_again_what_it_said(as_ada, ada, party, crowd, stroud):
    as_ada.post("/audiences/save", {"name": "Ours", "d": packed(place(stroud))})
    ours = Audience.objects.get()
    address = f"/audiences/{ours.code}"
    as_ada.post(f"{address}/change", {"name": "Ours", "d": packed(EMAIL), "version": "1"})
    as_ada.post(f"{address}/restore", {"number": "1"})
    ours.refresh_from_db()

    assert (ours.version, ours.owner, ours.unit) == (3, ada, None)
    assert sentence.in_words(ours.definition, party) == "People in Stroud."
    history = as_ada.get(f"{address}/history").content.decode()
    assert "People who may be e-mailed." in history
    assert "version 1 again" in history


def test_two_who_change_it_at_once_do_not_overwrite_each_other(as_ada, party, ada, crowd, stroud):
    ours = saving.make(party, name="Ours", definition=definitions.empty(), by=ada, at=NOON)
    saving.change(ours, name="Ours", definition=audience(EMAIL), by=ada, at=NOON)
    said = {"name": "Ours", "d": packed(place(stroud)), "version": "1"}
    answer = as_ada.post(f"/audiences/{ours.code}/change", said)

    assert answer.status_code == 409
    assert "Someone changed this audience meanwhile" in answer.content.decode()
    assert "in Stroud" in answer.content.decode()


def test_a_name_twice_or_none_is_refused_and_the_sentence_kept(as_ada, party, ada, crowd, stroud):
    saving.make(party, name="Ours", definition=definitions.empty(), by=ada, at=NOON)
    for name, words in (("Ours", "called “Ours” already"), ("  ", "Give it a name")):
        answer = as_ada.post("/audiences/save", {"name": name, "d": packed(place(stroud))})
        assert words in answer.content.decode()
        assert "in Stroud" in answer.content.decode()
    assert Audience.objects.count() == 1


def test_an_audience_never_stands_on_itself(as_ada, party, ada, crowd):
    one = saving.make(party, name="One", definition=definitions.empty(), by=ada, at=NOON)
    on_one = audience({"is": "audience", "audience": str(one.code)})
    two = saving.make(party, name="Two", definition=on_one, by=ada, at=NOON)
    on_two = {"is": "audience", "audience": str(two.code)}
    answer = as_ada.post(f"/audiences/{one.code}/change", {"name": "One", "d": packed(on_two)})

    assert "“One” would stand on itself." in answer.content.decode()
    assert as_ada.get("/audiences/new", {"d": packed(on_two)}).context["figures"].total == 4


def test_a_seats_organiser_keeps_audiences_of_their_seat(as_ben, as_ada, crowd, stroud_unit):
    as_ben.post("/audiences/save", {"name": "Mine", "d": packed(EMAIL)})

    assert Audience.objects.get().unit == stroud_unit
    assert "Mine" in as_ada.get("/audiences/").content.decode()


def test_what_is_put_away_is_off_the_list_and_its_name_free(as_ada, ada, party, crowd):
    ours = saving.make(party, name="Ours", definition=definitions.empty(), by=ada, at=NOON)
    as_ada.post(f"/audiences/{ours.code}/put-away")

    assert as_ada.get(f"/audiences/{ours.code}").status_code == 404
    saving.make(party, name="Ours", definition=definitions.empty(), by=ada, at=NOON)


def test_the_people_page_leads_to_an_audience_of_the_same_people(as_ada, party, crowd, stroud):
    page = as_ada.get("/people/", {"seat": "stroud", "consent": "email"})
    word = page.context["audience"]

    assert "Make an audience of these" in page.content.decode()
    said = sentence.in_words(definitions.unpacked(word, party), party)
    assert said == "People in Stroud and who said yes to e-mail."
