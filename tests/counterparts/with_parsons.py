"""Run by Parsons' own Python: its Action Network connector, pointed at Muster.

Given Muster's address and a key; prints what it saw as JSON.
"""

import json
import sys

from parsons import ActionNetwork
from parsons.utilities.api_connector import APIConnector

address, key = sys.argv[1:]
an = ActionNetwork(key)
an.api_url = f"{address}/api/v1/osdi"
an.api = APIConnector(an.api_url, headers=an.headers)

seen = {}
made = an.upsert_person(
    "mo.new@example.org",
    given_name="Mo",
    family_name="New",
    mobile_number="447700900123",
    tags=["leafleter"],
    car="1",
)
code = made["_links"]["self"]["href"].rsplit("/", 1)[1]
seen["made"] = made["identifiers"]
again = an.upsert_person("mo.new@example.org", given_name="Maureen")
seen["again"] = again["given_name"]
an.add_person("added@example.org", given_name="Ad")
an.update_person(code, family_name="Newer")
seen["updated"] = an.get_person(code)["family_name"]
seen["told"] = an.upsert_person([{"address": "cleo.winter@example.com", "status": "unsubscribed"}])[
    "email_addresses"
]
seen["subscribed"] = an.upsert_person([{"address": "mo.new@example.org", "status": "subscribed"}])[
    "told"
]
seen["found"] = [
    row["given_name"] for row in an.get_people(filter="email_address eq 'mo.new@example.org'")
]
seen["everyone"] = an.get_people().num_rows
seen["some"] = an.get_people(limit=3).num_rows
seen["page"] = len(an.get_people(page=1)["_embedded"]["osdi:people"])
tag = an.add_tag("doorknocker")
tag_id = tag["_links"]["self"]["href"].rsplit("/", 1)[1]
seen["tags"] = sorted(row["name"] for row in an.get_tags())
seen["tag"] = an.get_tag(tag_id)["name"]
href = f"https://actionnetwork.org/api/v2/people/{code}"
tagging = an.create_tagging(tag_id, {"_links": {"osdi:person": {"href": href}}})
tagging_id = tagging["_links"]["self"]["href"].rsplit("/", 1)[1]
seen["taggings"] = an.get_taggings(tag_id).num_rows
seen["tagging"] = an.get_tagging(tag_id, tagging_id)["item_type"]
an.delete_tagging(tag_id, tagging_id)
seen["taggings_after"] = an.get_taggings(tag_id).num_rows
forms = an.get_forms()
seen["forms"] = forms.num_rows
form_id = forms[0]["_links"]["self"]["href"].rsplit("/", 1)[1]
seen["form"] = an.get_form(form_id)["title"]
an.create_submission(form_id, code)
seen["submissions"] = an.get_form_submissions(form_id).num_rows
seen["of_person"] = an.get_person_submissions(code).num_rows
seen["petitions"] = an.get_petitions().num_rows
seen["events"] = an.get_events().num_rows
seen["fields"] = an.get_custom_fields()["action_network:custom_fields"][0]["name"]
print(json.dumps(seen))
