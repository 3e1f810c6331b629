// The text box, and what opens over it: the menu of commands, and the bot's answers to an inline query.

import { element, find } from "/page/dom.js";
import { askInline, closeInline } from "/page/inline.js";

const input = find("input"), menu = find("commands");
let say = () => {}, commands = () => [];

/** Sends what is typed through `sayText`; `ofPerson` gives the [command, description] pairs of the menu. */
export function connectComposer(sayText, ofPerson) {
  say = sayText;
  commands = ofPerson;
}

/** Replaces what is typed, and gives what was. */
export function swapDraft(text) {
  const before = input.value;
  input.value = text;
  grow();
  closeMenu();
  askInline(text);
  return before;
}

export function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(Math.max(input.scrollHeight, 38), 120)}px`;
}

function matching() {
  const typed = /^\/(\w*)$/.exec(input.value);
  return !typed ? [] : commands().filter(([name]) => name.startsWith(typed[1].toLowerCase()));
}

function drawMenu() {
  const found = matching();
  menu.hidden = found.length === 0;
  find("menu").setAttribute("aria-expanded", String(!menu.hidden));
  menu.replaceChildren(...found.map(([name, description], index) => {
    const item = element("li", { role: "option", "aria-selected": String(index === 0), data: { command: name } },
      element("b", {}, `/${name}`), element("span", {}, description));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); send(`/${name}`); });
    return item;
  }));
}

export function closeMenu() {
  menu.hidden = true;
  find("menu").setAttribute("aria-expanded", "false");
}

function moveInMenu(step) {
  const items = [...menu.children];
  const at = items.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = (at + step + items.length) % items.length;
  items.forEach((one, index) => one.setAttribute("aria-selected", String(index === next)));
  items[next].scrollIntoView({ block: "nearest" });
}

function send(text) {
  if (!text.trim()) return;
  closeInline();
  say(text);
  input.value = "";
  grow();
  closeMenu();
}

input.addEventListener("input", () => { grow(); drawMenu(); askInline(input.value); });
input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (!menu.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    moveInMenu(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    closeMenu();
    closeInline();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    const chosen = menu.hidden ? null : menu.querySelector('[aria-selected="true"]');
    send(chosen ? `/${chosen.dataset.command}` : input.value);
  }
});
find("form").addEventListener("submit", (event) => { event.preventDefault(); send(input.value); input.focus(); });
find("menu").addEventListener("click", () => {
  input.value = menu.hidden ? "/" : "";
  drawMenu();
  input.focus();
});
