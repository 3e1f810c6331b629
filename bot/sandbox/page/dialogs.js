// What is shown above the chat: the answers to taps, and questions of the page's own.

import { element, find } from "/page/dom.js";

const TOAST_MS = 3_500;
let toastTimer;

export function toast(text) {
  const line = find("toast");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { line.hidden = true; }, TOAST_MS);
}

export function alertBox(text) {
  find("alert-text").textContent = text;
  if (!find("alert").open) find("alert").showModal();
}

function answered(dialog) {
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }));
}

/** Asks as whom a deep link is to be opened: a person's id, "new", or null where it is not. */
export async function chooseOpener(url, present, others) {
  const dialog = find("chooser");
  const choice = (value, label, hint, checked) => element("label", {}, element("input", { type: "radio", name: "who", value, checked }),
    label, element("span", {}, hint));
  find("chooser-link").textContent = url;
  find("choices").replaceChildren(choice("new", "A new stranger", "never met the bot", true),
    choice(String(present.id), present.name, "the present person", false),
    ...others.map((one) => choice(String(one.id), one.name, one.hint ?? "", false)));
  dialog.returnValue = "cancel";
  dialog.showModal();
  find("chooser-open").focus();
  if (await answered(dialog) !== "open") return null;
  const who = dialog.querySelector("input:checked").value;
  return who === "new" ? who : Number(who);
}

/** Asks for a word: the trimmed answer, or null where there is none. */
export async function ask(title, value) {
  const dialog = find("ask"), box = find("ask-value");
  find("ask-title").textContent = title;
  box.value = value;
  dialog.returnValue = "cancel";
  dialog.showModal();
  box.select();
  box.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    dialog.close("ok");
  };
  return await answered(dialog) === "ok" ? box.value.trim() : null;
}
