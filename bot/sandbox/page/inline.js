// What is asked in the text box by the bot's @name, and the answers above it to pick from.

import { element, find } from "/page/dom.js";

const WAIT_MS = 150;
const list = find("offers");
let bot = "", act = async () => {}, pickedOne = () => {}, open = () => {};
let asked = null, timer;

/** `post` does as the page's `act`; `picked` is told when something was, `openBot` gets a start parameter. */
export function connectInline(username, post, picked, openBot) {
  [bot, act, pickedOne, open] = [username, post, picked, openBot];
}

export function closeInline() {
  asked = null;
  clearTimeout(timer);
  list.hidden = true;
  list.replaceChildren();
}

/** Asks the bot if the text begins with its @name and a blank; else closes the answers. */
export function askInline(text) {
  const [name, ...words] = text.split(" ");
  if (!bot || !words.length || name.toLowerCase() !== `@${bot.toLowerCase()}`) return closeInline();
  clearTimeout(timer);
  timer = setTimeout(() => ask(words.join(" "), ""), WAIT_MS);
  return undefined;
}

async function ask(query, offset) {
  const mine = asked = { query, offset, id: null };
  const answer = await act("inline", { query, offset });
  if (answer) mine.id = answer.done;
  if (mine.early) offered(mine.early);
}

/** Shows the answer to the newest query; those before it come too late. */
export function offered(event) {
  if (!asked) return;
  if (asked.id === null) asked.early = event;
  if (asked.id !== event.query) return;
  const { results, next, button, start } = event.offers, { query, offset } = asked;
  list.querySelector("[data-more]")?.remove();
  const rows = results.map((one) => row(one.title, one.description, { offer: one.id }, () => pick(event.query, one.id)));
  if (button) rows.unshift(row(button, "", { opener: start ?? "" }, () => { closeInline(); if (start) open(start); }));
  if (next) rows.push(row("More", "", { more: next }, () => ask(query, next)));
  if (offset) list.append(...rows);
  else list.replaceChildren(...rows);
  list.hidden = !list.childElementCount;
}

async function pick(query, result) {
  closeInline();
  if (await act("pick", { query, result })) pickedOne();
}

function row(title, description, data, chosen) {
  const item = element("li", { role: "option", data }, element("b", {}, title), element("span", {}, description));
  item.addEventListener("mousedown", (event) => { event.preventDefault(); chosen(); });
  return item;
}
