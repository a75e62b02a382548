"""Numbers people type, refused in our words rather than the framework's."""

from typing import Any

from django import forms

from muster.lib.words import thousands


class WholeNumberField(forms.IntegerField):
    """A whole number within its limits: whatever is wrong with it, one sentence says what fits."""

    def __init__(self, *, min_value: int, max_value: int, **more: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **more)
        fits = f"Write a whole number from {thousands(min_value)} to {thousands(max_value)}."
        self.error_messages |= dict.fromkeys(("invalid", "min_value", "max_value"), fits)
