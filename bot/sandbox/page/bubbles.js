// Messages as elements. Everything that a person or the bot wrote goes in as text, never as HTML.

import { element, icon } from "/page/dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const CORNERS = {
  link: "M7 17 17 7M9 7h8v8",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  write: "M4 20l1-5L16 4l4 4L9 19z",
};
const moment = new Intl.DateTimeFormat([], { dateStyle: "full", timeStyle: "short" });
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

/** The token of a deep link to this bot, or null. */
export function startToken(url, bot) {
  let link;
  try {
    link = new URL(url);
  } catch {
    return null;
  }
  const toBot = link.hostname === "t.me" && link.pathname.slice(1).toLowerCase() === bot.toLowerCase();
  return toBot ? link.searchParams.get("start") : null;
}

function anchor(url, label, on) {
  let href = null;
  try {
    const parsed = new URL(url);
    if (["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol)) href = parsed.href;
  } catch { /* no link: shown as text */ }
  if (!href) return element("span", {}, ...label);
  const made = element("a", { href, target: "_blank", rel: "noopener noreferrer", title: url }, ...label);
  made.addEventListener("click", (event) => on.link(url, event));
  return made;
}

function wrapped(entity, whole, inner, on) {
  const raw = whole.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case "text_link": return anchor(entity.url, inner, on);
    case "url": return anchor(raw, inner, on);
    case "email": return anchor(`mailto:${raw}`, inner, on);
    case "bot_command": {
      const made = element("button", { type: "button", className: "command" }, ...inner);
      made.addEventListener("click", () => on.say(raw));
      return made;
    }
    case "date_time": return element("time", { title: moment.format(entity.unix_time * 1000) }, ...inner);
    case "spoiler": {
      const made = element("button", { type: "button", className: "spoiler", "aria-expanded": "false" }, ...inner);
      made.addEventListener("click", () => made.setAttribute("aria-expanded", "true"));
      return made;
    }
    default: return element(TAGS[entity.type] ?? "span", {}, ...inner);
  }
}

/** Nodes for a text and its entities; offsets are UTF-16 code units, which is how JavaScript counts. */
function nodes(whole, entities, start, end, on) {
  const made = [];
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < at || entity.offset >= end) continue;
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset > at) made.push(whole.slice(at, entity.offset));
    const inside = entities.slice(index + 1).filter((one) => one.offset < stop);
    made.push(wrapped(entity, whole, nodes(whole, inside, entity.offset, stop, on), on));
    at = stop;
    if (BLOCKS.has(entity.type) && whole[at] === "\n") at += 1; // a block ends its line by itself
  }
  if (at < end) made.push(whole.slice(at, end));
  return made;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

function media(file) {
  const href = `/page/files/${encodeURIComponent(file.id)}`;
  if (file.picture) return element("img", { className: "picture", src: href, alt: file.name, data: { picture: file.name } });
  const kind = file.name.includes(".") ? file.name.split(".").pop().slice(0, 4).toUpperCase() : "FILE";
  const sheet = element("span", { className: "sheet", "aria-hidden": "true" }, kind);
  const words = element("span", {}, file.name, element("small", {}, size(file.size)));
  return element("a", { className: "file", href, download: file.name, data: { document: file.name } }, sheet, words);
}

function fillBubble(bubble, message, on) {
  const parts = [];
  if (message.reply_to) {
    const quoted = element("button", { type: "button", className: "quoted" }, on.textOf(message.reply_to));
    quoted.addEventListener("click", () => on.show(message.reply_to));
    parts.push(quoted);
  }
  if (message.via) parts.push(element("div", { className: "via" }, `via @${message.via}`));
  if (message.file) parts.push(media(message.file));
  const text = element("div", { className: "text", data: { text: "" }, dir: "auto" });
  text.append(...nodes(message.text, message.entities, 0, message.text.length, on));
  const time = element("time", { className: "meta" }, (message.edited ? "edited " : "") + clock.format(message.date * 1000));
  text.append(time);
  parts.push(text);
  bubble.replaceChildren(...parts);
}

function corner(wire) {
  if (wire.url) return "link";
  if (wire.copy_text) return "copy";
  return wire.switch_inline_query_current_chat !== undefined ? "write" : null;
}

function fillKey(key, wire) {
  const kind = corner(wire);
  if (key.textContent !== wire.text || key.kind !== kind) key.replaceChildren(wire.text, ...(kind ? [icon(CORNERS[kind])] : []));
  key.kind = kind;
  key.wire = wire;
  key.dataset.key = wire.text;
  if (wire.style) key.dataset.style = wire.style;
  else delete key.dataset.style;
}

/** Keys stay the same elements where the keyboard keeps its shape: an edit neither flickers nor loses the focus. */
function fillKeys(keys, message, on) {
  const shape = message.rows.map((row) => row.length).join();
  keys.hidden = message.rows.length === 0;
  if (keys.dataset.shape !== shape) {
    keys.dataset.shape = shape;
    keys.replaceChildren(...message.rows.map((row) => element("div", { className: "row" }, ...row.map(() => {
      const key = element("button", { type: "button", className: "key" });
      key.addEventListener("click", () => on.key(Number(key.closest("[data-message]").dataset.message), key));
      return key;
    }))));
  }
  const all = keys.querySelectorAll(".key");
  message.rows.flat().forEach((wire, index) => fillKey(all[index], wire));
}

/** A new element for a message, or the present one brought up to date. */
export function bubble(message, present, on) {
  const made = present ?? element("article", { className: `message ${message.bot ? "bot" : "me"}`, data: { message: message.id } },
    element("div", { className: "bubble" }), element("div", { className: "keys" }));
  const content = JSON.stringify([message.text, message.entities, message.edited > 0, message.file]);
  if (made.content !== content) {
    made.content = content;
    fillBubble(made.firstChild, message, on);
  }
  made.dataset.edited = message.edited;
  fillKeys(made.lastChild, message, on);
  return made;
}
