"""The texts for people that the flow and the adapters write down: problems, reasons, answers, refusals.

They are English here, in the records, on the command line and in logs. A page shows them in its reader's language by
finding the text again among the templates (`web.tongue`), so every text that has values in it is made by `say`.
"""

from __future__ import annotations


def say(template: str, /, **values: object) -> str:
    """The text with its values in the places of their {names}. What is a text of ours inside another (`why`) was made
    by `say` as well. The template is written out where it is used, else nobody finds it to translate it."""
    return template.format(**values) if values else template
