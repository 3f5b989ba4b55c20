"""A scenario: the ordered steps around a due date, as data in a closed vocabulary."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum, IntEnum
from typing import Any

#: The ways that the trade has always had; which of them are installed, and what else, is told to `check`.
CHANNELS = ("email", "sms", "letter", "registered_letter", "phone")
KINDS = ("business", "consumer", "public", "intercompany")
PROFILES = ("vip", "good", "regular", "late", "bad", "at_risk", "new")
#: Who may read a step's e-mail too: the account's owner, the creditor's manager.
COPIES = ("owner", "manager")
#: What may go with a step's e-mail beside the invoices.
ATTACHMENTS = ("statement",)
RESERVED_KEYS = frozenset({"thanks", "task"})


class Stage(IntEnum):
    """How serious a step is; the order is the order of severity."""

    THANKS = 0
    COURTESY = 1
    REMINDER = 2
    FORMAL_NOTICE = 3

    @property
    def words(self) -> str:
        """The stage as a scenario writes it."""
        return self.name.lower().replace("_", " ")


class Anchor(Enum):
    """What a trigger counts from."""

    DUE = "due"
    INVOICE = "invoice"
    PREVIOUS = "previous step"
    END_OF_MONTH = "end of month after due"


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a step is due: `days` after its anchor (negative: before), calendar or working."""

    anchor: Anchor
    days: int = 0
    working: bool = False
    repeats: bool = False

    def __str__(self) -> str:
        if self.anchor is Anchor.END_OF_MONTH:
            return str(self.anchor.value)
        if self.anchor is Anchor.DUE and not self.days:
            return "on due"
        unit = ("working " if self.working else "") + ("day" if abs(self.days) == 1 else "days")
        side = "before" if self.days < 0 else "after"
        every = "every " if self.repeats else ""
        return f"{every}{abs(self.days)} {unit} {side} {self.anchor.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One contact of the scenario. `minimum` and `only_for` skip it where they do not fit.

    `copy_to` are COPIES who read the e-mail too; `attach` are ATTACHMENTS that go with it.
    """

    key: str
    when: Trigger
    channel: str
    otherwise: str | None = None
    stage: Stage = Stage.REMINDER
    asks: bool = False
    minimum: Decimal | None = None
    only_for: frozenset[str] = frozenset()
    together: bool = True
    at_most: int | None = None
    template: str = ""
    tone: int = 1
    names: Mapping[str, str] = field(default_factory=dict)
    copy_to: frozenset[str] = frozenset()
    attach: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The plan for a debtor. `start`: gently, by age, or at the step named by `start_at`."""

    key: str
    steps: tuple[Step, ...]
    start: str = "gently"
    start_at: str | None = None
    minimum: Decimal = Decimal(0)
    respect_habit: bool = False
    thank: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    for_kinds: frozenset[str] = frozenset()
    positions: Mapping[str, int] = field(init=False, compare=False, repr=False)
    minimums: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Lay down what every decision asks: where each step stands, the first if two agree."""
        positions = {step.key: i for i, step in reversed([*enumerate(self.steps)])}
        object.__setattr__(self, "positions", positions)
        minimums = any(step.minimum is not None for step in self.steps)
        object.__setattr__(self, "minimums", minimums)

    def step(self, key: str) -> Step | None:
        """Return the step named `key`, if the scenario has it."""
        position = self.positions.get(key)
        return None if position is None else self.steps[position]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a scenario: a code, its parameters, and an English sentence."""

    code: str
    params: Mapping[str, str]
    words: str

    def __str__(self) -> str:
        return self.words


class ScenarioError(ValueError):
    """The scenario cannot be read."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


_COUNTED = re.compile(
    r"^(?P<every>every )?(?P<days>\d{1,4}) (?P<working>working )?days? "
    r"(?P<side>before|after) (?P<anchor>due|invoice|previous step)$"
)


def parse_trigger(text: str) -> Trigger:
    """Return the trigger that `text` says; raise ScenarioError for anything else.

    >>> str(parse_trigger("3 days before due"))
    '3 days before due'
    """
    words = " ".join(str(text).split())
    if words == "on due":
        return Trigger(Anchor.DUE)
    if words == Anchor.END_OF_MONTH.value:
        return Trigger(Anchor.END_OF_MONTH)
    match = _COUNTED.match(words)
    if match is None or (match["side"] == "before" and match["anchor"] != "due"):
        raise ScenarioError([_problem("unknown_when", f"“{text}” is not a moment", when=words)])
    if match["every"] and match["anchor"] != "previous step":
        raise ScenarioError(
            [_problem("every_needs_previous", f"“{text}” repeats, but not a step", when=words)]
        )
    days = int(match["days"]) * (-1 if match["side"] == "before" else 1)
    return Trigger(Anchor(match["anchor"]), days, bool(match["working"]), bool(match["every"]))


_STEP_KEYS = {
    "key", "when", "do", "otherwise", "stage", "ask", "minimum", "only for", "together",
    "at most", "template", "tone", "name", "copy to", "attach",
}  # fmt: skip
_SCENARIO_KEYS = {
    "key", "name", "for", "start", "minimum", "respect_habit", "thank", "steps", "language",
}  # fmt: skip


def _problem(code: str, words: str, **params: str) -> Problem:
    return Problem(code, params, words)


def from_mapping(mapping: Mapping[str, Any]) -> Scenario:
    """Return the scenario that `mapping` (from YAML) describes; raise ScenarioError if unclear."""
    unknown = sorted(set(map(str, mapping)) - _SCENARIO_KEYS)
    problems = [_problem("unknown_key", f"“{key}” means nothing here", key=key) for key in unknown]
    steps = _steps(mapping.get("steps"), problems)
    start, start_at = _start(str(mapping.get("start", "gently")), problems)
    scenario = Scenario(
        key=str(mapping.get("key", "")),
        steps=tuple(steps),
        start=start,
        start_at=start_at,
        minimum=_amount(mapping.get("minimum") or 0, "minimum", problems),
        respect_habit=_flag(mapping.get("respect_habit", False), "respect_habit", problems),
        thank=_channel(mapping.get("thank")),
        names=_names(mapping.get("name")),
        for_kinds=frozenset(map(word, _listed(mapping.get("for")))),
    )
    if problems:
        raise ScenarioError(problems)
    return scenario


def _steps(entries: Any, problems: list[Problem]) -> list[Step]:
    steps = []
    for number, entry in enumerate(_listed(entries), start=1):
        try:
            steps.append(_step(entry, number))
        except ScenarioError as error:
            problems.extend(error.problems)
    return steps


def _step(entry: Any, number: int) -> Step:
    if not isinstance(entry, Mapping) or not {"key", "when", "do"} <= set(entry):
        raise ScenarioError(
            [_problem("step_incomplete", f"step {number} needs key, when and do", step=str(number))]
        )
    problems = [
        _problem("unknown_key", f"“{key}” means nothing in step {entry['key']}", key=str(key))
        for key in entry
        if key not in _STEP_KEYS
    ]
    stage = _stage(entry.get("stage", "reminder"), problems)
    tone = {Stage.COURTESY: 0, Stage.FORMAL_NOTICE: 4}.get(stage, 1)
    minimum = entry.get("minimum")
    step = Step(
        key=str(entry["key"]),
        when=parse_trigger(entry["when"]),
        channel=word(entry["do"]),
        otherwise=_channel(entry.get("otherwise")),
        stage=stage,
        asks=_asks(entry.get("ask"), problems),
        minimum=None if minimum is None else _amount(minimum, "minimum", problems),
        only_for=frozenset(map(word, _listed(entry.get("only for")))),
        together=_flag(entry.get("together", True), "together", problems),
        at_most=_whole(entry.get("at most"), "at most", problems),
        template=str(entry.get("template") or entry["key"]),
        tone=tone if (told := _whole(entry.get("tone"), "tone", problems)) is None else told,
        names=_names(entry.get("name")),
        copy_to=frozenset(map(word, _listed(entry.get("copy to")))),
        attach=frozenset(map(word, _listed(entry.get("attach")))),
    )
    if problems:
        raise ScenarioError(problems)
    return step


def word(value: Any) -> str:
    """Return a channel, kind or profile as the code spells it: `at risk` is `at_risk`."""
    return "_".join(str(value).split())


def _channel(value: Any) -> str | None:
    return word(value) if value and value != "absent" else None


def _stage(value: Any, problems: list[Problem]) -> Stage:
    words = str(value).replace("_", " ")
    stage = {s.words: s for s in Stage if s is not Stage.THANKS}.get(words)
    if stage is None:
        problems.append(_problem("unknown_stage", f"“{words}” is not a stage", stage=words))
        return Stage.REMINDER
    return stage


def _asks(value: Any, problems: list[Problem]) -> bool:
    if value in ("a person", True):
        return True
    if value not in (None, False):
        problems.append(_problem("unknown_ask", f"“{value}” cannot be asked", ask=str(value)))
    return False


def _flag(value: Any, name: str, problems: list[Problem]) -> bool:
    if isinstance(value, bool):
        return value
    said = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if said is None:
        problems.append(_problem("not_yes_or_no", f"{name}: “{value}” is not yes or no", name=name))
    return bool(said)


def _whole(value: Any, name: str, problems: list[Problem]) -> int | None:
    if value is None:
        return None
    try:
        return int(str(value))
    except ValueError:
        problems.append(_problem("not_a_number", f"{name}: “{value}” is not a number", name=name))
        return None


def _listed(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def _names(value: Any) -> Mapping[str, str]:
    if value is None:
        return {}
    return dict(value) if isinstance(value, Mapping) else {"fr": str(value), "en": str(value)}


def _start(words: str, problems: list[Problem]) -> tuple[str, str | None]:
    if words in ("gently", "by age"):
        return words, None
    if words.startswith("at "):
        return "at", words[3:].strip()
    problems.append(_problem("unknown_start", f"“{words}” is not a way to start", start=words))
    return "gently", None


def _amount(value: Any, name: str, problems: list[Problem]) -> Decimal:
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_finite() and amount >= 0:
        return amount
    problems.append(_problem("not_an_amount", f"{name}: “{value}” is not an amount", name=name))
    return Decimal(0)


def to_mapping(scenario: Scenario) -> dict[str, Any]:
    """Return `scenario` as the mapping that `from_mapping` reads, for YAML."""
    start = f"at {scenario.start_at}" if scenario.start == "at" else scenario.start
    mapping: dict[str, Any] = {"key": scenario.key, "name": dict(scenario.names)}
    if scenario.for_kinds:
        mapping["for"] = sorted(scenario.for_kinds)
    mapping |= {"start": start, "minimum": str(scenario.minimum)}
    mapping |= {"respect_habit": scenario.respect_habit}
    if scenario.thank:
        mapping["thank"] = scenario.thank
    mapping["steps"] = [_step_mapping(step) for step in scenario.steps]
    return mapping


def _step_mapping(step: Step) -> dict[str, Any]:
    optional = {
        "otherwise": step.otherwise,
        "stage": None if step.stage is Stage.REMINDER else step.stage.words,
        "ask": "a person" if step.asks else None,
        "minimum": None if step.minimum is None else str(step.minimum),
        "only for": sorted(step.only_for) or None,
        "together": None if step.together else False,
        "at most": step.at_most,
        "copy to": sorted(step.copy_to) or None,
        "attach": sorted(step.attach) or None,
        "name": dict(step.names) or None,
    }
    return {
        "key": step.key, "when": str(step.when), "do": step.channel,
        "template": step.template, "tone": step.tone,
        **{name: value for name, value in optional.items() if value is not None},
    }  # fmt: skip


def check(scenario: Scenario, *, channels: Collection[str] = CHANNELS) -> tuple[Problem, ...]:
    """Return what is wrong with `scenario` in its author's words; empty when it may be used.

    `channels` are the keys of those that are installed.
    """
    problems = [] if scenario.steps else [_problem("no_steps", "the scenario has no step")]
    if not scenario.key:
        problems.append(_problem("no_key", "the scenario has no key"))
    if scenario.thank and scenario.thank not in channels:
        problems.append(_unknown_channel(scenario.thank, "thank", channels))
    if scenario.start == "at" and scenario.step(scenario.start_at or "") is None:
        words = f"it starts at “{scenario.start_at}”, which is not a step"
        problems.append(_problem("start_not_a_step", words, step=str(scenario.start_at)))
    seen: set[str] = set()
    for position, step in enumerate(scenario.steps):
        problems.extend(
            _unknown_channel(channel, step.key, channels)
            for channel in (step.channel, step.otherwise)
            if channel is not None and channel not in channels
        )
        problems.extend(_check_step(scenario, position, step, seen))
        seen.add(step.key)
    return tuple(problems)


def _unknown_channel(channel: str, step: str, channels: Collection[str]) -> Problem:
    words = f"{step}: “{channel}” is not a channel"
    return _problem("unknown_channel", words, channel=channel, step=step, known=", ".join(channels))


def _check_step(scenario: Scenario, position: int, step: Step, seen: set[str]) -> list[Problem]:
    found: list[Problem] = []
    if step.key in seen:
        found.append(_problem("same_key", f"two steps are named “{step.key}”", step=step.key))
    if step.key in RESERVED_KEYS:
        found.append(_problem("reserved_key", f"“{step.key}” is taken", step=step.key))
    found += [
        _problem("unknown_kind", f"{step.key}: “{who}” is neither kind nor profile", step=step.key)
        for who in sorted(step.only_for - set(KINDS) - set(PROFILES))
    ]
    found += _check_goes_with(step)
    if position == 0 and step.when.anchor is Anchor.PREVIOUS:
        words = f"the first step “{step.key}” counts from a step before it"
        found.append(_problem("first_counts_from_previous", words, step=step.key))
    if step.when.repeats and position < len(scenario.steps) - 1:
        words = f"“{step.key}” repeats, but is not the last step"
        found.append(_problem("repeats_too_soon", words, step=step.key))
    if step.when.repeats and not step.when.days:
        words = f"“{step.key}” repeats without a day between"
        found.append(_problem("repeats_without_pause", words, step=step.key))
    if step.at_most is not None and (not step.when.repeats or step.at_most < 1):
        words = f"“{step.key}” has “at most” without repeating"
        found.append(_problem("at_most_without_every", words, step=step.key))
    if step.stage is Stage.COURTESY and not _before_due(step.when):
        words = f"the courtesy step “{step.key}” comes after the due date"
        found.append(_problem("courtesy_too_late", words, step=step.key))
    earlier = scenario.steps[:position]
    if step.stage is Stage.FORMAL_NOTICE and not any(s.stage is Stage.REMINDER for s in earlier):
        words = f"the formal notice “{step.key}” is the first word"
        found.append(_problem("formal_notice_first", words, step=step.key))
    return found + _check_order(scenario, position, step)


def _check_goes_with(step: Step) -> list[Problem]:
    found = [
        _problem("unknown_copy", f"{step.key}: nobody is “{who}”", who=who, step=step.key)
        for who in sorted(step.copy_to - set(COPIES))
    ]
    found += [
        _problem("unknown_attachment", f"{step.key}: “{what}” is nothing to attach", what=what, step=step.key)
        for what in sorted(step.attach - set(ATTACHMENTS))
    ]
    if (step.copy_to or step.attach) and "email" not in (step.channel, step.otherwise):
        words = f"“{step.key}” never leaves by e-mail: nothing is copied or attached"
        found.append(_problem("goes_with_no_mail", words, step=step.key))
    return found


def _before_due(when: Trigger) -> bool:
    return (when.anchor is Anchor.DUE and when.days <= 0) or when.anchor is Anchor.INVOICE


def _check_order(scenario: Scenario, position: int, step: Step) -> list[Problem]:
    if position == 0 or step.when.anchor is not Anchor.DUE:
        return []
    before = scenario.steps[position - 1]
    same = before.when.anchor is Anchor.DUE and before.when.working == step.when.working
    if same and before.when.days >= step.when.days:
        words = f"“{step.key}” does not come after “{before.key}”"
        return [_problem("out_of_order", words, step=step.key, before=before.key)]
    return []
