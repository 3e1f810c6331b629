"""Taps about who acts for a doctor, and about hours that are proposed to one."""

from __future__ import annotations

from bot.taps.tap import DrawnFrom, Id, Page, Tap


class ShowDelegate(Tap, prefix="dg"):
    """The doctor's own delegate, and whom to name, a page at a time."""

    page: Page


class NameDelegate(Tap, prefix="nd"):
    user: Id


class DropDelegate(Tap, prefix="xd"):
    """Whom to take the hours back from; whoever was named since stays."""

    user: Id


class Propose(Tap, prefix="po"):
    """Begin the form of hours for a doctor to accept."""

    doctor: Id


class ShowProposal(Tap, prefix="pv"):
    proposal: Id


class AcceptProposal(Tap, prefix="ac"):
    """Yes, over the version that it was shown beside and no later one."""

    proposal: Id
    version: DrawnFrom


class RefuseProposal(Tap, prefix="no"):
    proposal: Id


class WithdrawProposal(Tap, prefix="wp"):
    proposal: Id
