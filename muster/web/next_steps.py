"""What needs doing next, decided on plain values: the most pressing first, five at most."""

from dataclasses import dataclass

from muster.lib.words import counted
from muster.web.first_steps import FIRST_STEPS, Step

MOST = 5
SOON = "Seven days left, or fewer."


@dataclass(frozen=True)
class OpenLaunch:
    """A launch that is not over. `state` as its standing says; `armings`: who armed it so far;
    `to_approve`: how many of its masters wait for this very member's approval.
    """

    name: str
    state: str
    is_ready: bool = True
    seats_waiting: int = 0
    held: int = 0
    armings: int = 0
    may_prepare: bool = False
    may_arm: bool = False
    to_approve: int = 0


@dataclass(frozen=True)
class Standing:
    """How an organisation stands, as one member may know it; None: not theirs to know."""

    seats: int = 0
    people: int | None = None
    targets: int | None = None
    campaigners: int | None = None
    mail_accounts: int | None = None
    members: int | None = None
    leads: int | None = None
    leads_late: int = 0
    running: int | None = None
    stopped: int = 0
    drafts: int | None = None
    breaches: int = 0
    breach_hours: int = 0
    requests_late: int = 0
    requests_soon: int = 0
    exports_waiting: int = 0
    exports_ready: int = 0
    launches: tuple["OpenLaunch", ...] = ()
    roles_to_allow: int = 0
    roles_ending: int = 0
    webhooks_paused: int = 0
    accounts_refused: int = 0
    letters_mine: int = 0
    letters_nobodys: int = 0
    keys_ending: int = 0
    may_import: bool = False
    may_choose_targets: bool = False
    may_write: bool = False


def next_steps(now: Standing) -> list[Step]:
    """The steps that follow from how things stand."""
    steps = [*_pressing(now), *_of_access(now), *_setting_up(now), *_going_on(now)]
    return steps[:MOST]


def _pressing(now: Standing) -> list[Step]:
    steps = [step for launch in now.launches if (step := _of_launch(launch))]
    steps += _of_privacy(now)
    if now.stopped:
        steps.append(
            Step(
                f"{counted(now.stopped, 'message is', 'messages are')} stopped half-way",
                "Those who had it keep it; the others wait for you.",
                "messages:list",
                "Look at it",
                "failed",
                "pause",
            )
        )
    steps += _of_mail(now)
    if now.leads_late:
        steps.append(
            Step(
                f"Ring {counted(now.leads_late, 'volunteer', 'volunteers')} whose time has passed",
                "People who hear within two days turn up; after that, few do.",
                "leads:list",
                "See who",
                "failed",
                "phone",
            )
        )
    elif now.leads:
        steps.append(
            Step(
                f"Ring {counted(now.leads, 'new volunteer', 'new volunteers')}",
                "Each has a clock: 48 hours from when they signed up.",
                "leads:list",
                "See who",
                "waiting",
                "phone",
            )
        )
    return steps


def _of_mail(now: Standing) -> list[Step]:
    """Accounts that are refused, and people who wrote and wait for an answer."""
    steps = []
    if now.accounts_refused:
        steps.append(
            Step(
                f"{counted(now.accounts_refused, 'mail account is', 'mail accounts are')} refused",
                "A receiving side lets nothing of it in: its page says who, and what to do.",
                "settings:email",
                "See who",
                "failed",
                "mail-x",
            )
        )
    if waiting := now.letters_mine or now.letters_nobodys:
        steps.append(
            Step(
                f"Answer {counted(waiting, 'person', 'people')} who wrote",
                "They are yours." if now.letters_mine else "Nobody sees to them yet.",
                "inbox:list",
                "Read",
                "waiting",
                "inbox",
            )
        )
    return steps


def _of_access(now: Standing) -> list[Step]:
    steps = []
    if now.roles_to_allow:
        steps.append(
            Step(
                f"{counted(now.roles_to_allow, 'role waits', 'roles wait')} for you to allow",
                "Whoever administers everything is named by two.",
                "settings:members",
                "Look at it" if now.roles_to_allow == 1 else "Look at them",
                "waiting",
                "key-round",
            )
        )
    if now.roles_ending:
        steps.append(
            Step(
                f"{counted(now.roles_ending, 'role ends', 'roles end')} within a fortnight",
                "Renew it for whoever still does the work; the others end by themselves.",
                "settings:members",
                "See whose",
                "waiting",
                "hourglass",
            )
        )
    return steps


def _of_privacy(now: Standing) -> list[Step]:
    """What the law gives us hours or days for, and who waits for a second person."""
    steps = []
    if now.breaches:
        left = f"{counted(now.breach_hours, 'hour', 'hours')} left of 72."
        why = left if now.breach_hours >= 0 else "The 72 hours are over: tell them."
        what = counted(now.breaches, "data breach", "data breaches")
        words = f"Decide whether the Commissioner hears of {what}"
        steps.append(Step(words, why, "privacy:cases", "Decide", "failed", "shield"))
    if due := now.requests_late or now.requests_soon:
        late = "The law's time for it is over: the Commissioner may ask why."
        why, state = (late, "failed") if now.requests_late else (SOON, "waiting")
        words = f"Answer {counted(due, 'request', 'requests')} about data"
        steps.append(Step(words, why, "privacy:cases", "See who", state, "shield"))
    if now.exports_waiting:
        words = f"{counted(now.exports_waiting, 'export waits', 'exports wait')} for you"
        why = "Nobody approves what they asked for: look at whom it holds and what for."
        steps.append(Step(words, why, "privacy:exports", "Decide", "waiting", "download"))
    if now.exports_ready:
        words = f"{counted(now.exports_ready, 'export of yours is', 'exports of yours are')} ready"
        why = "The file is there for seven days."
        steps.append(Step(words, why, "privacy:exports", "Fetch", "ready", "download"))
    return steps


def _of_launch(launch: OpenLaunch) -> Step | None:
    """The next thing a launch waits for, if this member can do it."""
    name, waiting = launch.name, counted(launch.seats_waiting, "seat", "seats")
    if launch.state == "stopped":
        return _launch_step(f"{name} is stopped half-way", "What is out is out.", "failed")
    if launch.state == "going" and launch.held:
        held = counted(launch.held, "seat is", "seats are")
        return _launch_step(f"{held} held in {name}", "Each with its reason.", "waiting")
    if launch.state in ("going", "finished"):
        return None
    if launch.to_approve:
        return Step(
            f"Approve {counted(launch.to_approve, 'text', 'texts')} of {name}",
            f"{waiting} wait for it.",
            "content:list",
            "Read and approve",
            "waiting",
            "badge-check",
        )
    if not launch.is_ready:
        why = "They would be held at Go." if launch.state == "armed" else "Each with its reason."
        return _launch_step(f"{waiting} of {name} not ready", why, "waiting")
    return _on_its_way(launch)


def _on_its_way(launch: OpenLaunch) -> Step | None:
    if launch.state == "armed":
        return _launch_step(f"{launch.name} stands armed", "Nothing is in its way.", "ready")
    if launch.state == "rehearsed" and launch.may_arm:
        who = "One more must arm" if launch.armings else "Two of you arm"
        return _launch_step(f"{who} {launch.name}", "It is rehearsed.", "waiting")
    if launch.state in ("drafted", "staged") and launch.may_prepare:
        verb = "Stage" if launch.state == "drafted" else "Rehearse"
        return _launch_step(f"{verb} {launch.name}", "Every seat is ready.", "waiting")
    return None


def _launch_step(words: str, why: str, state: str) -> Step:
    return Step(words, why, "launches:list", "Look at it", state, "rocket")


def _setting_up(now: Standing) -> list[Step]:
    """What a fresh organisation lacks, in the order it is needed."""
    lacks = {
        "campaigner": now.campaigners == 0,
        "targets": now.may_choose_targets and now.targets == 0,
        "people": now.may_import and now.people == 0,
        "mail account": now.mail_accounts == 0,
        "colleague": now.members == 1,
    }
    return [step for what, step in FIRST_STEPS.items() if lacks[what]]


def _going_on(now: Standing) -> list[Step]:
    steps = _programs(now)
    if now.drafts:
        steps.append(
            Step(
                f"{counted(now.drafts, 'message waits', 'messages wait')} to be sent",
                "Written, and not yet pressed.",
                "messages:list",
                "Look at it" if now.drafts == 1 else "Look at them",
                "waiting",
                "file-text",
            )
        )
    elif now.may_write and now.people and now.targets and not now.running and not now.launches:
        steps.append(
            Step(
                "Write to your supporters",
                "One message, made anew for each seat.",
                "messages:list",
                "Write",
                "",
                "send",
            )
        )
    return steps


def _programs(now: Standing) -> list[Step]:
    """What programs elsewhere wait for."""
    steps = []
    if now.webhooks_paused:
        words = f"{counted(now.webhooks_paused, 'webhook is', 'webhooks are')} paused"
        why = "A program is not told what happens here; it waits."
        steps.append(Step(words, why, "settings:webhooks", "Look at it", "failed", "webhook"))
    if now.keys_ending:
        words = f"{counted(now.keys_ending, 'API key ends', 'API keys end')} within a fortnight"
        why = "The program that uses it stops that day."
        steps.append(Step(words, why, "settings:keys", "Look at it", "waiting", "key-round"))
    return steps
