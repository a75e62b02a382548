"""Drawing a form's field so that a screen reader hears its help and its error."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def drawn(field: BoundField) -> SafeString:
    """The widget alone, tied to the help and error that stand around it."""
    about = []
    if field.help_text:
        about.append(f"{field.id_for_label}-help")
    if field.errors:
        about.append(f"{field.id_for_label}-error")
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(about)} if about else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)
