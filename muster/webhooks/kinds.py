"""The kinds of facts a webhook can be told of, in the organiser's words."""

from muster.actions import facts as of_actions
from muster.people import facts as of_people

KINDS: dict[str, str] = {
    of_people.PERSON_JOINED: "Someone joined the list",
    of_people.PERSON_IMPORTED: "Someone came with a file",
    of_people.PERSON_PLACED: "Where someone lives was settled",
    of_people.CONSENT_GIVEN: "Someone allowed a channel",
    of_people.CONSENT_WITHDRAWN: "Someone withdrew a channel",
    of_people.ASKED_TO_STOP: "Someone asked never to be contacted",
    of_people.STOP_LIFTED: "Someone asked for us again",
    of_people.PERSON_ERASED: "Someone was erased",
    of_actions.VOLUNTEERED: "Someone volunteered",
    of_actions.LEAD_CONTACTED: "A volunteer was spoken to",
    of_actions.LEAD_HANDED_OVER: "A volunteer was handed over",
    of_people.IMPORT_FINISHED: "A file was taken in",
}
