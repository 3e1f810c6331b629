"""Keep the catalogues of ``bot/locales`` in step with the messages of ``bot``: ``python -m tests.catalogues``.

New messages come in with an empty translation, to be filled in by hand; those that the bot no longer says go. The files
hold no dates, no line numbers and no path of anybody's machine, so that a change of words is all that a diff shows.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import bot
from bot.words import catalogue_path, LANGUAGES

BOT = Path(bot.__file__).parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {"say": None, "rich": None, "count": (1, 2), "_": None}
_METHODS = [("sandbox/**", "ignore"), ("**.py", "python")]  # the sandbox is Telegram's side, and speaks English
TRANSLATED = tuple(dict.fromkeys(tag.partition("-")[0] for tag in LANGUAGES if not tag.startswith("en")))


def template(*keywords: str, folder: Path = BOT) -> Catalog:
    """Return every message that the bot says, in the order of its files; by some of the ``KEYWORDS``, or by all."""
    spoken = Catalog(charset="utf-8")
    wanted = {name: KEYWORDS[name] for name in keywords or KEYWORDS}
    for name, line, message, _comments, _context in extract_from_dir(folder, _METHODS, keywords=wanted):
        spoken.add(message, locations=[(f"{folder.name}/{Path(name).as_posix()}", line)])
    return spoken


def messages(catalogue: Catalog) -> dict[str, Message]:
    """Return the messages of a catalogue by their English, those with plural forms by the first of them."""
    return {_english(message)[0]: message for message in catalogue if message.id}


def _english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    """Return a message's translation in every plural form that it has."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def kept(language: str) -> Catalog:
    """Return a language's catalogue as it stands in its file, or an empty one."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def updated(language: str) -> Catalog:
    """Return a language's catalogue with the messages that the bot says now and the translations that it had."""
    catalogue = kept(language)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def as_text(catalogue: Catalog) -> str:
    """Return a catalogue as its file holds it."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return _header(catalogue) + body.getvalue().decode().rstrip() + "\n"


def _header(catalogue: Catalog) -> str:
    locale = catalogue.locale or Locale("en")
    fields = {
        "Language": str(locale),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalogue.plural_forms,
    }
    lines = [f"# Rota in {locale.english_name}. `python -m tests.catalogues` brings the messages up to date."]
    lines += ['msgid ""', 'msgstr ""', *(f'"{name}: {value}\\n"' for name, value in fields.items())]
    return "\n".join(lines) + "\n\n"


def main() -> None:
    for language in TRANSLATED:
        before = set(messages(kept(language)))
        catalogue = updated(language)
        after = messages(catalogue)
        catalogue_path(language).write_text(as_text(catalogue), encoding="utf-8")
        empty = sum(not all(forms(message)) for message in after.values())
        sys.stdout.write(
            f"{language}: {len(after)} messages, {len(set(after) - before)} new, {len(before - set(after))} dropped, "
            f"{empty} to translate\n"
        )


if __name__ == "__main__":
    main()
