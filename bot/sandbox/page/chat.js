// The page: who is here, which chat is shown, and what the person does. The server pushes everything that happens.

import { bubble, startToken } from "/page/bubbles.js";
import { connectComposer, swapDraft } from "/page/composer.js";
import { alertBox, ask, chooseOpener, toast } from "/page/dialogs.js";
import { element, find } from "/page/dom.js";
import { connectInline, offered } from "/page/inline.js";
import { drawTabs as drawAllTabs, followArrows, showTab } from "/page/tabs.js";

const log = find("log");
const people = new Map(); // id -> person, with `messages` as a Map by id, `unread`, `draft`
const shown = new Map(); // message id -> element, of the chat on the screen
const taps = new Map(); // query id -> key that waits for its answer
const BUSY_MS = 15_000, TYPING_MS = 5_000, FLASH_MS = 160;
let bot = { username: "", first_name: "" };
let current = null;
let early = new Set(); // answers that came before the tap's own response
let typingTimer;

async function post(path, body) {
  const form = body instanceof FormData;
  const response = await fetch(`/page/people${path}`, {
    method: "POST",
    headers: form ? {} : { "Content-Type": "application/json" },
    body: form ? body : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

function act(action, body, id = current) {
  return post(`/${id}/${action}`, body).catch((error) => toast(`The sandbox does not answer: ${error.message}`));
}

// People

function drawTabs() {
  drawAllTabs(people, current, choose);
}

function choose(id) {
  const person = people.get(id);
  if (id !== current) {
    const draft = swapDraft(person.draft ?? "");
    if (people.has(current)) people.get(current).draft = draft;
  }
  current = id;
  person.unread = false;
  shown.clear();
  log.replaceChildren();
  for (const message of person.messages.values()) draw(message, false);
  drawTabs();
  drawPerson();
  showTab(id);
  log.scrollTop = log.scrollHeight;
  noteEnd();
  sessionStorage.setItem("person", id);
}

function drawPerson() {
  const person = people.get(current);
  const empty = person.messages.size === 0;
  const asleep = !person.started || person.blocked;
  find("empty").hidden = !empty;
  find("description").textContent = person.description || `Hello, I am ${bot.first_name}.`;
  find("empty-hint").textContent = person.started ? "Write to the bot, or press / for its commands."
    : `You are ${person.name}. Press Start to meet the bot, or follow an invitation link.`;
  find("form").hidden = asleep;
  find("start").hidden = !asleep;
  find("start").textContent = person.blocked ? "Unblock" : "Start";
  find("block").setAttribute("aria-pressed", String(person.blocked));
  find("menu").hidden = person.commands.length === 0;
  const language = find("language"), code = person.language ?? "";
  if (![...language.options].some((one) => one.value === code)) {
    language.add(element("option", { value: code }, code ? code.toUpperCase() : "none"), language.options.length - 1);
  }
  language.value = code;
  drawReplies(person);
}

function drawReplies(person) {
  const replies = find("replies");
  replies.hidden = !person.keyboard?.length || !person.started;
  replies.replaceChildren(...(person.keyboard ?? []).map((row) => element("div", { className: "row" }, ...row.map((label) => {
    const key = element("button", { type: "button", className: "key" }, label);
    key.addEventListener("click", () => act("say", { text: label }));
    return key;
  }))));
}

async function addStranger(name) {
  const person = await post("", { name: name || null });
  know(person);
  choose(person.id);
  return person.id;
}

// The chat

function noteEnd() {
  find("down").hidden = atEnd();
}

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 40;

function draw(message, fresh) {
  const stick = atEnd();
  const present = shown.get(message.id);
  const made = bubble(message, present, on);
  if (!present) {
    shown.set(message.id, made);
    const day = new Date(message.date * 1000).toDateString();
    if (log.dataset.day !== day || !log.childElementCount) {
      log.dataset.day = day;
      const words = new Intl.DateTimeFormat([], { day: "numeric", month: "long" }).format(message.date * 1000);
      log.append(element("div", { className: "day" }, words));
    }
    if (fresh) made.classList.add("fresh");
    log.append(made);
    made.querySelector("img")?.addEventListener("load", () => { if (stick) log.scrollTop = log.scrollHeight; });
  }
  if (stick || (fresh && !present && !message.bot)) log.scrollTop = log.scrollHeight;
  noteEnd();
}

const on = {
  say: (text) => act("say", { text }),
  link: (url, event) => {
    if (startToken(url, bot.username) === null) return;
    event.preventDefault();
    openLink(url);
  },
  textOf: (id) => people.get(current)?.messages.get(id)?.text ?? "…",
  show: (id) => shown.get(id)?.scrollIntoView({ block: "center", behavior: "smooth" }),
  key: (id, key) => pressKey(id, key),
};

async function pressKey(id, key) {
  const wire = key.wire;
  if (wire.callback_data !== undefined) {
    key.dataset.busy = "";
    const since = performance.now();
    const release = () => setTimeout(() => delete key.dataset.busy, Math.max(0, FLASH_MS - (performance.now() - since)));
    const answer = await act("tap", { message: id, data: wire.callback_data });
    if (!answer || early.delete(answer.done)) return release();
    taps.set(answer.done, release);
    setTimeout(() => { if (taps.delete(answer.done)) release(); }, BUSY_MS);
  } else if (wire.url) {
    if (startToken(wire.url, bot.username) !== null) openLink(wire.url);
    else if (/^https?:\/\//i.test(wire.url)) window.open(wire.url, "_blank", "noopener,noreferrer");
  } else if (wire.copy_text) {
    await navigator.clipboard?.writeText(wire.copy_text.text).then(() => toast("Copied"), () => toast(wire.copy_text.text));
  } else if (wire.switch_inline_query_current_chat !== undefined) {
    swapDraft(`@${bot.username} ${wire.switch_inline_query_current_chat}`);
    find("input").focus();
  }
  return undefined;
}

async function openLink(url) {
  const present = people.get(current);
  const who = await chooseOpener(url, present, [...people.values()].filter((one) => one !== present));
  if (who === null) return;
  const id = who === "new" ? await addStranger("") : who;
  if (id !== current) choose(id);
  await act("open", { link: url }, id);
}

function status(words, busy) {
  find("status").textContent = words;
  find("status").toggleAttribute("data-busy", Boolean(busy));
}

// What the server tells

function know(wire) {
  const known = people.get(wire.id);
  const messages = new Map((wire.messages ?? []).map((one) => [one.id, one]));
  people.set(wire.id, { ...known, ...wire, messages: wire.messages ? messages : known?.messages ?? messages });
}

const heard = {
  everything(event) {
    bot = event.bot;
    find("bot").textContent = document.title = bot.first_name;
    connectInline(bot.username, act, () => swapDraft(""), (start) => act("open", { link: start }));
    find("avatar").textContent = [...bot.first_name][0] ?? "?";
    status("bot");
    for (const id of [...people.keys()]) if (!event.people.some((one) => one.id === id)) people.delete(id);
    event.people.forEach(know);
    const wanted = current ?? Number(sessionStorage.getItem("person"));
    if (people.size) choose(people.has(wanted) ? wanted : people.keys().next().value);
    else drawTabs();
  },
  person(event) {
    const fresh = !people.has(event.id);
    know(event);
    drawTabs();
    if (current === null) choose(event.id);
    else if (event.id === current && !fresh) drawPerson();
  },
  message({ person: id, message, keyboard }) {
    const person = people.get(id);
    if (!person) return;
    person.messages.set(message.id, message);
    person.keyboard = keyboard;
    if (!message.bot) person.started = true;
    if (id !== current) {
      if (message.bot && !person.unread) {
        person.unread = true;
        drawTabs();
      }
      return;
    }
    draw(message, true);
    drawPerson();
    if (message.bot) status("bot");
  },
  deleted({ person: id, id: message }) {
    people.get(id)?.messages.delete(message);
    if (id !== current) return;
    shown.get(message)?.remove();
    shown.delete(message);
    drawPerson();
  },
  answered({ person: id, query, toast: answer, url }) {
    if (taps.has(query)) {
      taps.get(query)();
      taps.delete(query);
    } else early = new Set([...early, query].slice(-50));
    if (id !== current) return;
    if (answer?.alert) alertBox(answer.text);
    else if (answer) toast(answer.text);
    if (url && startToken(url, bot.username) !== null) act("open", { link: url }, id);
  },
  offered(event) {
    if (event.person === current) offered(event);
  },
  action({ person: id }) {
    if (id !== current) return;
    status("typing…", true);
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => status("bot"), TYPING_MS);
  },
};

function listen() {
  const stream = new EventSource("/page/events");
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    heard[event.type]?.(event);
  };
  stream.onerror = () => {
    status("waiting for the sandbox…");
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
}

find("start").addEventListener("click", () => {
  if (people.get(current).blocked) act("block", { on: false });
  else act("say", { text: "/start" });
});
find("file").addEventListener("change", async ({ target }) => {
  if (!target.files.length) return;
  const form = new FormData();
  form.append("file", target.files[0]);
  target.value = "";
  await act("file", form);
});
find("language").addEventListener("change", async ({ target }) => {
  const code = target.value === "?" ? await ask("Language code", "de") : target.value;
  if (code) await act("language", { code: code.toLowerCase() });
  else drawPerson();
});
find("block").addEventListener("click", () => act("block", { on: !people.get(current).blocked }));
find("add").addEventListener("click", async () => {
  const name = await ask("Who comes to the bot?", "");
  if (name !== null) await addStranger(name);
});
find("down").addEventListener("click", () => { log.scrollTop = log.scrollHeight; });
log.addEventListener("scroll", noteEnd, { passive: true });
connectComposer((text) => act("say", { text }), () => people.get(current)?.commands ?? []);
followArrows(choose);
listen();
