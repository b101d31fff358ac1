"""What can be allowed, and which role may do it. What stands in no row is allowed to nobody."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is here for."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    AUDITOR = "auditor"


ROLE_NAMES: Final = {
    Role.ADMINISTRATOR: "管理者",
    Role.SUPERVISOR: "スーパーバイザー",
    Role.OPERATOR: "オペレーター",
    Role.AUDITOR: "監査担当",
}


class Permission(StrEnum):
    """One thing that can be allowed. The values are the scopes of API keys."""

    SIGNED_IN = "signed_in"  # one's own account
    LIVE_READ = "live.read"  # running calls, the queue and the wallboard
    LIVE_LISTEN = "live.listen"  # hear a running call
    CALLS_READ = "calls.read"  # past calls, masked
    CALLS_PLAY = "calls.play"  # recordings
    CALLS_EXPORT = "calls.export"
    PERSONAL_UNMASK = "personal.unmask"  # with a reason, which is kept
    DESK_WORK = "desk.work"  # presence, accepting, taking over, the work after a call
    FLOOR_SUPERVISE = "floor.supervise"  # whisper, alarms and others' calls
    FAQ_READ = "faq.read"
    FAQ_PROPOSE = "faq.propose"  # make a draft of a call
    FAQ_EDIT = "faq.edit"
    FAQ_PUBLISH = "faq.publish"
    TUNING_READ = "tuning.read"  # rules, wording, hours, words
    TUNING_EDIT = "tuning.edit"
    TUNING_PUBLISH = "tuning.publish"
    TRIALS_RUN = "trials.run"
    FIGURES_READ = "figures.read"
    FIGURES_EXPORT = "figures.export"
    CHAT = "chat"  # the text channel
    AI_SWITCH = "ai.switch"  # all calls to people, and back
    PEOPLE_MANAGE = "people.manage"
    KEYS_MANAGE = "keys.manage"
    AUDIT_READ = "audit.read"
    TRUST_READ = "trust.read"  # hosts, model cards, retention as it stands
    RETENTION_MANAGE = "retention.manage"  # legal holds too
    SUBJECTS_MANAGE = "subjects.manage"  # disclosure and erasure for a person
    HOOKS_MANAGE = "hooks.manage"
    METRICS_READ = "metrics.read"


_READS: Final = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.LIVE_READ,
        Permission.CALLS_READ,
        Permission.CALLS_PLAY,
        Permission.FAQ_READ,
        Permission.TUNING_READ,
        Permission.FIGURES_READ,
    }
)

ROLE_PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.SUPERVISOR: _READS
    | {
        Permission.LIVE_LISTEN,
        Permission.CALLS_EXPORT,
        Permission.PERSONAL_UNMASK,
        Permission.DESK_WORK,
        Permission.FLOOR_SUPERVISE,
        Permission.FAQ_PROPOSE,
        Permission.FAQ_EDIT,
        Permission.FAQ_PUBLISH,
        Permission.TUNING_EDIT,
        Permission.TUNING_PUBLISH,
        Permission.TRIALS_RUN,
        Permission.FIGURES_EXPORT,
        Permission.CHAT,
        Permission.AI_SWITCH,
        Permission.TRUST_READ,
    },
    Role.OPERATOR: frozenset(
        {
            Permission.SIGNED_IN,
            Permission.LIVE_READ,
            Permission.LIVE_LISTEN,
            Permission.CALLS_READ,
            Permission.CALLS_PLAY,
            Permission.PERSONAL_UNMASK,
            Permission.DESK_WORK,
            Permission.FAQ_READ,
            Permission.FAQ_PROPOSE,
            Permission.CHAT,
        }
    ),
    Role.AUDITOR: _READS | {Permission.AUDIT_READ, Permission.TRUST_READ, Permission.FIGURES_EXPORT},
}
