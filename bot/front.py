"""Where updates come in: PTB's handlers made of functions that take a turn, and who is let in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import Update
from telegram.error import BadRequest, Forbidden
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    filters,
    InlineQueryHandler,
    MessageHandler,
)

from bot.errors import apologise, explain
from bot.taps.tap import Open, Place, Tap
from bot.turn import take_turn, Turn, unrecognised
from bot.typed import NotUnderstood
from clinic import policy
from clinic.errors import ClinicError
from clinic.ports import Clinic

log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
Handler = BaseHandler[Any, Context, Any]
Callback = Callable[[Turn, Any], Awaitable[object]]
Refusal = Callable[[Turn, ClinicError], Awaitable[object]]
Unpack = Callable[[str], Tap | None]


def is_private(update: object) -> bool:
    """Whether the update is a new message or a tap in a private chat: the only place where Rota talks."""
    if not isinstance(update, Update) or not update.effective_user or not update.effective_chat:
        return False
    return update.effective_chat.id == update.effective_user.id


class TapHandler(BaseHandler[Update, Context, Any]):
    """PTB's side of one kind of tap; callback data that ``unpack`` finds to be another's is not handled here."""

    def __init__(self, unpack: Unpack, callback: Callable[[Update, Context, Tap], Awaitable[object]]) -> None:
        super().__init__(self._never_called)
        self._unpack = unpack
        self._on_tap = callback

    async def _never_called(self, update: Update, context: Context) -> None:
        """PTB wants a callback of two arguments; ``handle_update`` passes the tap too."""

    def check_update(self, update: object) -> Tap | None:
        if not is_private(update) or not isinstance(update, Update) or not update.callback_query:
            return None
        return self._unpack(update.callback_query.data or "")

    async def handle_update(
        self,
        update: Update,
        application: Application[Any, Context, Any, Any, Any, Any],  # noqa: ARG002 - the signature is PTB's
        check_result: object,
        context: Context,
    ) -> object:
        assert isinstance(check_result, Tap)  # noqa: S101 - it is what check_update returned
        return await self._on_tap(update, context, check_result)


class _Command(CommandHandler[Context, object]):
    """PTB's handler of a command, which looks at messages alone: of a tap's message it would warn the log."""

    def check_update(self, update: object) -> bool | tuple[list[str], bool | dict[str, Any] | None] | None:
        return super().check_update(update) if isinstance(update, Update) and update.message else None


class Front:
    """Makes PTB handlers of the functions that take a turn; the one place where a person is recognised and let in."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def on_tap(self, kind: type[Tap], callback: Callback, *, strangers: bool = False) -> TapHandler:
        """Handle a kind of button. ``strangers`` may use it too."""
        return self.on_unpacked(kind.unpack, callback, strangers=strangers)

    def on_unpacked(self, unpack: Unpack, callback: Callback, *, strangers: bool = False) -> TapHandler:
        """Handle the buttons in whose data ``unpack`` finds a tap."""

        async def run(update: Update, context: Context, tap: Tap) -> object:
            return await self._take(update, context, callback, tap, strangers=strangers)

        return TapHandler(unpack, run)

    def on_place(self, place: Place, callback: Callback) -> TapHandler:
        """Handle a button that leads to a screen."""

        def unpack(data: str) -> Tap | None:
            tap = Open.unpack(data)
            return tap if tap and tap.place is place else None

        return self.on_unpacked(unpack, callback)

    def on_old_tap(self, callback: Callback) -> CallbackQueryHandler[Context, object]:
        """Handle every tap that nobody else took; one from a group or from an inline message is but acknowledged."""

        async def run(update: Update, context: Context) -> object:
            if is_private(update):
                return await self._take(update, context, callback, None)
            with suppress(BadRequest):  # it may be too old by now
                await context.bot.answer_callback_query(update.callback_query.id if update.callback_query else "")
            return None

        return CallbackQueryHandler(run)

    def on_command(self, name: str, callback: Callback, *, strangers: bool = False) -> CommandHandler[Context, object]:
        """Handle ``/name rest``; the callback gets the rest. ``strangers`` may use it too."""

        async def run(update: Update, context: Context) -> object:
            rest = " ".join(context.args or ())
            return await self._take(update, context, callback, rest, strangers=strangers)

        return _Command(name, run, filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE)

    def on_message(self, which: filters.BaseFilter, callback: Callback) -> MessageHandler[Context, object]:
        async def run(update: Update, context: Context) -> object:
            return await self._take(update, context, callback, update.effective_message)

        return MessageHandler(filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & which, run)

    def on_inline(self, callback: Callable[[Turn], Awaitable[object]], refused: Refusal) -> Handler:
        """Handle ``@bot text``, in whatever chat; who is not let in, or may not see it, is answered by ``refused``."""

        async def run(update: Update, context: Context) -> None:
            turn = unrecognised(self._clinic, context.bot, update)
            try:
                try:
                    turn = await take_turn(self._clinic, context.bot, update)
                    policy.ensure_known(turn.actor)
                    await callback(turn)
                except ClinicError as error:
                    await refused(turn, error)
            except Exception as error:  # noqa: BLE001 - as for a tap
                await apologise(context.bot, update, error, turn.words)

        return InlineQueryHandler(run)

    async def _take(
        self, update: Update, context: Context, callback: Callback, given: Any, *, strangers: bool = False
    ) -> object:
        if not is_private(update):
            return None
        turn = unrecognised(self._clinic, context.bot, update)
        try:
            try:
                turn = await take_turn(self._clinic, context.bot, update)
                if not strangers:
                    policy.ensure_known(turn.actor)
                return await callback(turn, given)
            except (ClinicError, NotUnderstood) as error:
                await turn.say(explain(error, self._clinic, turn.words))
        except Forbidden:
            log.info("a person has blocked the bot")
        except Exception as error:  # noqa: BLE001 - whatever it is, the sorry is said in the language that was chosen
            await apologise(context.bot, update, error, turn.words)
        return None
