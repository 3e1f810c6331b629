// Who is here: a tab for each person, with a dot where the bot has written meanwhile.

import { element, find } from "/page/dom.js";

const tabs = find("people");

function face(person) {
  const hue = (person.id * 67) % 360;
  const made = element("span", { className: "face", "aria-hidden": "true" }, [...person.name][0] ?? "?");
  made.style.setProperty("--hue", hue);
  return made;
}

export function drawTabs(people, current, choose) {
  const focused = document.activeElement?.dataset?.person;
  tabs.replaceChildren(...[...people.values()].map((person) => {
    const selected = person.id === current;
    const tab = element("button", {
      type: "button", className: "tab", role: "tab", "aria-selected": String(selected), tabIndex: selected ? 0 : -1,
      data: { person: person.id },
    }, face(person), element("span", { className: "who" }, element("b", {}, person.name), element("span", {}, person.hint ?? person.language ?? "")));
    if (person.unread) tab.append(element("span", { className: "dot", title: "New messages", role: "img", "aria-label": "new messages", data: { unread: "" } }));
    tab.addEventListener("click", () => choose(person.id));
    return tab;
  }));
  if (focused) tabs.querySelector(`[data-person="${focused}"]`)?.focus();
}

export function showTab(id) {
  tabs.querySelector(`[data-person="${id}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Arrow keys go from tab to tab. */
export function followArrows(choose) {
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...tabs.children];
    const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    choose(Number(all[(at + step + all.length) % all.length].dataset.person));
    tabs.querySelector('[aria-selected="true"]').focus();
  });
}
