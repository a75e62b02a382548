"""What audiences may ask of what people did on our pages."""

from muster.actions import facts
from muster.audiences import deeds

deeds.register(
    deeds.Deed(facts.VOLUNTEERED, "volunteered", "volunteer"),
    deeds.Deed(
        facts.LEAD_CONTACTED,
        "were spoken to as a volunteer",
        "hear from us as a volunteer",
        is_theirs=False,
    ),
)
