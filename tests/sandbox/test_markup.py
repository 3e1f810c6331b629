"""Telegram's HTML: what it becomes, and how it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import cut, Entity, to_html, trimmed, units, with_found
from bot.sandbox.errors import ApiError
from bot.sandbox.markup import parse_html


def kinds(source: str) -> list[tuple[str, str]]:
    """(type, covered text) of every entity."""
    text, entities = parse_html(source)
    return [(one.type, cut(text, one.offset, one.end)) for one in entities]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>', "custom_emoji"),
        ('<tg-time unix="1647531900">x</tg-time>', "date_time"),
        ("<B>x</b>", "bold"),
    ],
)
def test_each_tag_of_the_subset_becomes_its_entity(source: str, kind: str) -> None:
    """Every tag that the Bot API names is one entity over its text."""
    assert kinds(source) == [(kind, "x")]


def test_offsets_are_counted_in_utf16_units() -> None:
    """An emoji outside the basic plane counts as two, as in Telegram."""
    text, entities = parse_html("👩‍⚕️ <b>Zoë</b>")
    assert text == "👩‍⚕️ Zoë"
    assert entities == [Entity("bold", 6, 3)]


def test_nested_tags_nest_as_entities() -> None:
    """The outer entity comes first and covers the inner one."""
    assert kinds("<b>bold <i>both</i></b>") == [("bold", "bold both"), ("italic", "both")]


@pytest.mark.parametrize("shape", [None, "r", "wDT", "dt", "t"])
def test_a_moment_keeps_its_instant_and_its_format(shape: str | None) -> None:
    """The text is what the bot wrote; how it is to be shown on the reader's clock goes along, and may be left out."""
    attribute = f' format="{shape}"' if shape else ""
    text, entities = parse_html(f'at <b><tg-time unix="1647531900"{attribute}>22:45</tg-time></b>')
    assert text == "at 22:45"
    assert entities == [Entity("bold", 3, 5), Entity("date_time", 3, 5, unix_time=1647531900, date_time_format=shape)]


@pytest.mark.parametrize("attributes", ["", 'unix="soon"', 'unix="-1"', 'unix="1" format="rt"', 'unix="1" format="TD"'])
def test_a_moment_that_is_none_is_refused(attributes: str) -> None:
    """It has a Unix time, and a format is ``r`` or of ``w``, a date and a time, in that order."""
    with pytest.raises(ApiError, match="tg-time"):
        parse_html(f"<tg-time {attributes}>22:45</tg-time>")


def test_a_language_belongs_to_the_pre_around_it() -> None:
    """Pre and code with a language class are one entity."""
    _, entities = parse_html('<pre><code class="language-python">x = 1</code></pre>')
    assert entities == [Entity("pre", 0, 5, language="python")]


def test_named_and_numeric_references_become_their_characters() -> None:
    """The four named references and numeric ones are read; others stay as written, as in Telegram."""
    text, entities = parse_html("&lt;b&gt; &amp; &quot;x&quot; &#8211; &#x2714; &nbsp; &")
    assert text == '<b> & "x" – ✔ &nbsp; &'
    assert entities == []


def test_links_keep_their_address() -> None:
    """An address may hold escapes; one that is no link leaves its text plain."""
    _, entities = parse_html('<a href="https://example.org/?a=1">x</a>')
    assert entities == [Entity("text_link", 0, 1, url="https://example.org/?a=1")]
    assert parse_html('<a href="javascript:alert(1)">x</a>') == ("x", [])


def test_a_link_to_a_person_is_a_mention() -> None:
    """`tg://user?id=` links mention a person without a username."""
    _, (entity,) = parse_html('<a href="tg://user?id=42">Ada</a>')
    assert entity.type == "text_mention"
    assert entity.user is not None
    assert entity.user["id"] == 42


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<x>1</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é <p>1</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("5 < 6 > 4", 'Unsupported start tag "" at byte offset 2'),
        ("<b>1", 'Can\'t find end tag corresponding to start tag "b"'),
        ("1</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>1</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>1</b", "Unclosed end tag at byte offset 4"),
        ("<span>1</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>1</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<a ="x">1</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_broken_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    """The reason names the tag and the byte offset in the source."""
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    "source",
    [
        "<b>Mon</b> <code>09:00–13:00</code>\n<pre>a &lt; b</pre>",
        '<b>x<i>y</i></b> <a href="https://t.me/bot?start=1">go</a>',
        "<blockquote expandable>long</blockquote> <tg-spoiler>hid</tg-spoiler>",
        '<pre><code class="language-sql">select</code></pre>',
        '<tg-time unix="1647531900" format="wDT">22:45</tg-time> <tg-time unix="1">then</tg-time>',
    ],
)
def test_html_comes_back_as_it_was(source: str) -> None:
    """A message's html gives the tags of its entities."""
    assert to_html(*parse_html(source)) == source


def test_entities_that_cross_are_split_for_html() -> None:
    """Tags nest even where entities given by hand do not."""
    html = to_html("abcd", [Entity("bold", 0, 3), Entity("italic", 2, 2)])
    assert html == "<b>ab<i>c</i></b><i>d</i>"


@given(st.text())
def test_escaped_text_comes_through_unchanged(text: str) -> None:
    """Whatever a person is called: escaped, it is the text that is kept."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(f"<b>{escaped}</b>")[0] == text


@given(st.text(alphabet="<>/bi &;#a=\"'é👩", max_size=20))
def test_any_markup_is_parsed_or_refused(source: str) -> None:
    """There is no other way out, and entities stay inside the text."""
    try:
        text, entities = parse_html(source)
    except ApiError as error:
        assert error.status == 400  # noqa: PT017 - either way out is right
        return
    assert all(0 <= one.offset < one.end <= units(text) for one in entities)


def test_white_space_at_the_ends_is_cut_and_entities_move() -> None:
    """Telegram keeps messages without white space around them."""
    assert trimmed("  hi there \n", [Entity("bold", 5, 5)]) == ("hi there", [Entity("bold", 3, 5)])


def test_links_commands_and_mentions_are_found() -> None:
    """Telegram marks these itself, but not inside code."""
    text = "/week or https://t.me/bot?start=x, ask @ada_l or a@b.org"
    found = [(one.type, cut(text, one.offset, one.end)) for one in with_found(text, [])]
    assert found == [
        ("bot_command", "/week"),
        ("url", "https://t.me/bot?start=x"),
        ("mention", "@ada_l"),
        ("email", "a@b.org"),
    ]
    assert with_found("/week", [Entity("code", 0, 5)]) == [Entity("code", 0, 5)]
