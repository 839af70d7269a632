// The screens of the phone without a browser: a document of the few parts that they use, and stores in
// memory. tests/sync/test_screens.py gives the folder of the scripts and what is tried.
"use strict";

const fs = require("fs"), path = require("path");

class Element {
  constructor(tag) {
    Object.assign(this, { tagName: tag.toUpperCase(), children: [], listeners: {}, attributes: {}, dataset: {}, hidden: false });
    this.classList = { add() {}, remove() {}, toggle() {} };
    if (["INPUT", "TEXTAREA", "SELECT"].includes(this.tagName)) this.value = "";
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
    if (name.startsWith("data-")) this.dataset[name.slice(5)] = value;
  }
  removeAttribute(name) { delete this.attributes[name]; }
  append(...given) { this.children.push(...given); }
  prepend(...given) { this.children.unshift(...given); }
  replaceChildren(...given) { this.children = given; }
  addEventListener(name, done) { (this.listeners[name] = this.listeners[name] || []).push(done); }
  dispatchEvent(event) {
    Object.assign(event, { target: this, preventDefault() {} });
    return Promise.all((this.listeners[event.type] || []).map((one) => one(event)));
  }
  focus() { return this.dispatchEvent({ type: "focus" }); }
  click() { return this.dispatchEvent({ type: "click" }); }
  closest() { return null; }
  scrollIntoView() {}
  getContext() { return { drawImage() {} }; }
  get text() { return this.children.map((one) => (typeof one === "string" ? one : one.text)).join("") + (this.textContent || ""); }
  all() { return this.children.filter((one) => one instanceof Element).flatMap((one) => [one, ...one.all()]); }
  is(selector) {
    const [, tag, id, name, value, state] = /^(\w+)?(?:#([\w-]+))?(?:\[([\w-]+)(?:=([\w-]+))?\])?(:checked)?$/.exec(selector);
    return (!tag || this.tagName === tag.toUpperCase()) && (!id || this.id === id) && (!state || this.checked)
      && (!name || (name in this.attributes && (!value || this.attributes[name] === value)));
  }
  querySelectorAll(selector) {
    return selector.split(" ").reduce((from, part) => from.flatMap((one) => one.all()).filter((one) => one.is(part)), [this]);
  }
  querySelector(selector) { return this.querySelectorAll(selector)[0] || null; }
}

const body = new Element("body"), main = new Element("main"), events = {};
body.append(main, new Element("nav"), new Element("p"));
body.children[1].setAttribute("data-tabs", "");
body.children[2].setAttribute("data-who", "");
main.id = "content";
global.self = global;
const globals = {
  document: Object.assign(body, { createElement: (tag) => new Element(tag), getElementById: (id) => body.querySelector(`#${id}`), documentElement: {}, visibilityState: "visible" }),
  location: { hash: "", pathname: "/offline/" },
  navigator: { onLine: false },
  indexedDB: {},
  sessionStorage: { getItem: () => null, removeItem() {}, setItem() {} },
  addEventListener: (name, done) => { events[name] = done; },
  scrollTo() {},
  Option: function option(words, value) { return Object.assign(new Element("option"), { value }); },
};
for (const [name, value] of Object.entries(globals)) Object.defineProperty(global, name, { value, configurable: true, writable: true });

const [folder, tried, held] = process.argv.slice(2);
const rows = JSON.parse(held), drafts = new Map(), written = [];
const soon = (value, after = 5) => new Promise((done) => setTimeout(done, after, value));
global.offline = {
  CHINESE: {}, language: "en",
  begin: async () => ({ device: { device: "phone", language: "en" }, isSetUp: true }),
  isOpen: () => true, lock() {}, listen() {}, tell() {}, wake() {}, askToBeWoken() {}, paint() {},
  set: async () => ({ rows, on: "2026-07-01", at: Date.now(), skew: 0 }),
  get: async () => ({ device: "phone", language: "en" }),
  unsent: async () => ({ count: 0, since: 0, help: 0 }),
  entries: async () => [], room: async () => Infinity, fits: async () => true, secrets: async () => null, send: async () => null,
  day: () => "2026-07-01", hex: () => "", random: () => "",
  keepDraft: async (name, value) => { const text = JSON.stringify(value); await soon(); drafts.set(name, text); },
  draft: async (name) => (drafts.has(name) ? JSON.parse(drafts.get(name)) : null),
  dropDraft: async (name) => { drafts.delete(name); },
  write: async (entry) => { await soon(); written.push(entry); return `entry ${written.length}`; },
};

const phone = {
  main, drafts, rows, written, soon,
  open: async (hash) => { location.hash = hash; events.hashchange(); await soon(null, 20); },
  field: (name) => main.querySelector(`[data-field=${name}]`),
  input: (name) => phone.field(name).querySelector("textarea") || phone.field(name).querySelector("input"),
  type: async (name, words) => {
    const at = phone.input(name);
    at.value = words;
    await at.dispatchEvent({ type: "input" });
  },
  store: async () => { await main.querySelector("form").dispatchEvent({ type: "submit" }); await soon(null, 20); },
};

for (const name of ["questionnaire.js", "offline/fields.js", "offline/questions.js", "offline/screens.js"]) {
  (0, eval)(fs.readFileSync(path.join(folder, name), "utf8"));
}
soon(null, 20)
  .then(() => new Function("phone", `return (async () => {${tried}})()`)(phone))
  .then((said) => { process.stdout.write(JSON.stringify(said === undefined ? null : said)); process.exit(0); })
  .catch((problem) => { process.stderr.write(`${problem.stack}\n`); process.exit(1); });
