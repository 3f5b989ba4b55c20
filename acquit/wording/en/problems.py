"""English sentences of what is wrong with a scenario: the place, then what to do."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "no_steps": "The scenario has no step.",
    "no_key": "The scenario has no key.",
    "unknown_key": "“{key}” is not a known word here.",
    "step_incomplete": "Step {step} needs at least key, when and do.",
    "unknown_when": "“{when}” is not a moment. Example: 3 days after due.",
    "every_needs_previous": "“{when}” repeats, but does not count from the previous step.",
    "unknown_stage": "“{stage}” is not a stage: courtesy, reminder or formal notice.",
    "unknown_ask": "“{ask}” cannot be asked: write a person, or nothing.",
    "not_yes_or_no": "{name} is answered by true or false.",
    "not_a_number": "{name} needs a whole number.",
    "not_an_amount": "{name} needs an amount, such as 50.00.",
    "unknown_start": "“{start}” is not a way to start: gently, by age, or at and a step.",
    "start_not_a_step": "The scenario starts at “{step}”, which is not one of its steps.",
    "unknown_channel": "{step}: “{channel}” is not a channel ({known}).",
    "same_key": "Two steps are named “{step}”.",
    "reserved_key": "“{step}” is a reserved name: choose another.",
    "unknown_kind": "{step}: only for names an unknown kind or profile.",
    "first_counts_from_previous": "The first step, “{step}”, counts from a step that does not exist.",
    "repeats_too_soon": "“{step}” repeats without being the last step.",
    "repeats_without_pause": "“{step}” repeats without a day between two messages.",
    "at_most_without_every": "“{step}” has a maximum (at most) without repeating.",
    "courtesy_too_late": "“{step}” is a courtesy notice: it comes before the due date.",
    "formal_notice_first": "“{step}” is a formal notice: a reminder must come before it.",
    "out_of_order": "“{step}” does not come after “{before}”.",
    "unknown_copy": "{step}: “{who}” cannot be copied (owner or manager).",
    "unknown_attachment": "{step}: “{what}” cannot be attached (statement).",
    "goes_with_no_mail": "“{step}” never leaves by e-mail: nothing is copied or attached.",
    "unknown_template": "{step}: the template “{template}” does not exist in {language}.",
}
