"""Who was entitled to give what, in plain words of its own: nothing here comes from the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

MANAGE = "mandate.manage"
READER = frozenset({"dossier.read"})
CONTRIBUTOR = READER | {"dossier.draft"}
SIGNATORY = CONTRIBUTOR | {"dossier.submit", "dossier.sign"}
# A steward is of the test alone: he decides who acts, and holds little himself.
STEWARD = "steward"
GIVES = {
    "access_manager": SIGNATORY | {MANAGE},
    "signatory": SIGNATORY,
    "contributor": CONTRIBUTOR,
    "reader": READER,
    STEWARD: READER | {MANAGE},
}
LEFT_AFTER_STRIKE_OFF = {"dossier.read", MANAGE}
THIRTY_DAYS = timedelta(days=30)


@dataclass(eq=False)
class Chain:
    id: UUID
    client: str
    office: str
    role: str
    categories: frozenset[str]
    until: date
    giver: UUID
    since: datetime
    is_ended: bool = False
    rests: bool = False


@dataclass(eq=False)
class Grant:
    """``giver`` None: the registry; ``since``: of when it was given, or renewed or resumed; ``by``: what an office was
    given; ``taken_by_client``: the client ended it, or a part, not the office; ``rests_with_office``: since his own
    role there did when it was last looked at."""

    id: UUID
    person: UUID
    enterprise: str
    role: str
    categories: frozenset[str]
    until: date
    giver: UUID | None
    since: datetime
    by: Chain | None = None
    is_ended: bool = False
    rests: bool = False
    rests_with_office: bool = False
    taken_by_client: bool = False


@dataclass(eq=False)
class Offer:
    """A request (``giver`` None) or an invitation, ``secret``: by link, to an address of ``person``'s."""

    id: UUID
    person: UUID
    enterprise: str
    role: str
    since: datetime
    giver: UUID | None = None
    secret: str | None = None
    categories: frozenset[str] = frozenset()
    until: date | None = None
    is_over: bool = False


@dataclass
class Entitlements:
    now: datetime
    active: dict[str, bool]
    grants: list[Grant] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo("Europe/Brussels")).date()

    def lasts(self, given: Grant | Chain) -> bool:
        return not given.is_ended and self.today <= given.until

    def counts(self, grant: Grant) -> bool:
        if not self.lasts(grant) or grant.rests or grant.rests_with_office:
            return False
        return grant.by is None or self.carries(grant.by, grant.person)

    def carries(self, chain: Chain, person: UUID) -> bool:
        if not self.lasts(chain) or chain.rests:
            return False
        return self.active[chain.office] and bool(self.own(person, chain.office))

    def keeps(self, chain: Chain, person: UUID) -> bool:
        """Also while his own role in the office rests."""
        return self.lasts(chain) and self.active[chain.office] and bool(self.held(person, chain.office))

    def held(self, person: UUID, enterprise: str) -> list[Grant]:
        """What the enterprise gave him itself and has not ended."""
        there = [grant for grant in self.grants if (grant.person, grant.enterprise) == (person, enterprise)]
        return [grant for grant in there if grant.by is None and self.lasts(grant)]

    def own(self, person: UUID, enterprise: str) -> list[Grant]:
        """What counts of what the enterprise gave him itself."""
        return [grant for grant in self.held(person, enterprise) if self.counts(grant)]

    def may(self, person: UUID, enterprise: str, permission: str, category: str | None) -> bool:
        return self.may_until(person, enterprise, permission, category) is not None

    def may_until(self, person: UUID, enterprise: str, permission: str, category: str | None) -> date | None:
        """The last day as things stand."""
        if not self.active[enterprise] and permission not in LEFT_AFTER_STRIKE_OFF:
            return None
        days = [
            self.ends(grant)
            for grant in self.grants
            if (grant.person, grant.enterprise) == (person, enterprise)
            and self.counts(grant)
            and permission in GIVES[grant.role]
            and (not grant.categories or category in grant.categories)
        ]
        return max(days, default=None)

    def ends(self, grant: Grant) -> date:
        if grant.by is None:
            return grant.until
        there = [own.until for own in self.own(grant.person, grant.by.office)]
        return min(grant.until, grant.by.until, max(there, default=grant.until))

    def follow(self, chain: Chain) -> None:
        """What people have by it lasts as long as it does, and they are of the office."""
        for grant in self.grants:
            if grant.by is chain and self.lasts(grant) and self.keeps(chain, grant.person):
                grant.until = min(chain.until, max(held.until for held in self.held(grant.person, chain.office)))

    def settle(self) -> None:
        """What people have by offices rests with their own roles there, and ends with them."""
        for grant in self.grants:
            if grant.by is None or not self.lasts(grant):
                continue
            if not self.keeps(grant.by, grant.person):
                grant.is_ended = True
            elif not grant.rests:
                grant.rests_with_office = not self.carries(grant.by, grant.person)

    def was_taken(self, chain: Chain, person: UUID) -> bool:
        """By the client, from him, of what he had by it; or the same role, put to rest."""
        his = [grant for grant in self.grants if (grant.person, grant.enterprise) == (person, chain.client)]
        by_it = [grant for grant in his if grant.by is chain]
        resting = [grant for grant in his if grant.rests and self.lasts(grant) and grant.role == chain.role]
        return bool(resting) or any(grant.rests or grant.taken_by_client for grant in by_it)

    def shown_to(self, person: UUID) -> dict[str, set[str]]:
        """For each enterprise for which he acts, what he may there for whatever procedure."""
        given: dict[str, set[str]] = {}
        for grant in self.grants:
            if grant.person == person and self.counts(grant):
                left = GIVES[grant.role] if self.active[grant.enterprise] else GIVES[grant.role] & LEFT_AFTER_STRIKE_OFF
                given.setdefault(grant.enterprise, set()).update(left)
        return given

    def manages(self, person: UUID, enterprise: str) -> bool:
        return any(MANAGE in GIVES[grant.role] for grant in self.own(person, enterprise))

    def managers(self, enterprise: str) -> list[UUID]:
        """Each once, and always in the same order."""
        there = dict.fromkeys(grant.person for grant in self.grants if grant.enterprise == enterprise)
        return [person for person in there if self.manages(person, enterprise)]

    def may_give(self, person: UUID | None, enterprise: str, role: str) -> bool:
        """Nobody gives more than he holds, and only he who decides gives."""
        own = [GIVES[grant.role] for grant in self.own(person, enterprise)] if person else []
        return any(MANAGE in held and GIVES[role] <= held for held in own)

    def is_open(self, offer: Offer) -> bool:
        return not offer.is_over and self.now < offer.since + THIRTY_DAYS

    def fall_with(self, holder: UUID, enterprise: str, *, sparing: UUID) -> list[Grant | Chain]:
        """What goes when what he gave goes, and what those gave whom he let give."""
        there = [grant for grant in self.grants if grant.enterprise == enterprise]
        designated = {grant.person for grant in there if grant.giver is None and self.lasts(grant)}
        lost = [holder]
        for giver in lost:
            let_give = {grant.person for grant in there if grant.giver == giver and MANAGE in GIVES[grant.role]}
            lost += sorted(let_give - {sparing, *lost} - designated)
        given = [grant for grant in there if grant.giver in lost and grant.person not in (holder, sparing)]
        chains = [chain for chain in self.chains if chain.client == enterprise and chain.giver in lost]
        by_them = [grant for grant in there if grant.by in chains]
        return [*(one for one in (*given, *by_them) if self.lasts(one)), *chains]
