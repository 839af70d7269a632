// The screens that work without a signal: small pages over the working set, drawn here. The URL
// fragment selects the screen; if shown in place of a page that did not load, the path does.
"use strict";

((offline) => {
  const { field, h, t } = offline;
  const main = document.getElementById("content"), tabs = document.querySelector("[data-tabs]"), who = document.querySelector("[data-who]");
  const NEEDED = { result_text: "on_the_spot", channel: "referred", channel_number: "referred" };
  const IDLE = 900000, LITTLE = 30e6, NONE = 1e6;
  let device = null, set = null, unlockedFor = "", hiddenAt = 0, typed = false;

  // --- Data on this phone ---------------------------------------------------------------------------

  const rows = (kind) => (set ? set.rows.filter((one) => one.kind === kind) : []);
  rows.groups = () => {
    const said = document.querySelector("[data-field=unit] input");
    const found = said && rows("unit").find((one) => said.value.startsWith(one.row.name));
    return found ? found.row.groups : [];
  };
  const row = (kind, id) => (rows(kind).find((one) => one.id === String(id)) || {}).row;
  const me = () => row("me", "me") || { kinds: [], limits: {} };
  const may = (kind) => (me().kinds || []).includes(kind) && rows("form").length > 0;
  const form = (name) => row("form", name);

  const two = (number) => String(number).padStart(2, "0");
  function hour(at) {
    const one = new Date(at), now = new Date(), clock = `${two(one.getHours())}:${two(one.getMinutes())}`;
    if (offline.day(one) === offline.day(now)) return t("today {}", clock);
    if (offline.day(one) === offline.day(new Date(now - 86400000))) return t("yesterday {}", clock);
    return `${shortDay(offline.day(one))} ${clock}`;
  }
  function shortDay(text) {
    const [year, month, date] = text.split("-").map(Number);
    const short = offline.language === "en" ? `${two(month)}-${two(date)}` : `${month}月${date}日`;
    return year === new Date().getFullYear() ? short : offline.language === "en" ? `${year}-${short}` : `${year}年${short}`;
  }

  // The portal's day, even if the phone's clock is wrong.
  const todayIs = () => offline.day(new Date(Date.now() + (set && set.skew || 0) * 86400000));

  // --- Frame ------------------------------------------------------------------------------------------

  const TABS = [["today", "Today"], ["visit", "Write"], ["matters", "Matters"], ["mine", "Mine"]];
  const link = (to, ...inside) => h("a", { href: `#${to}` }, ...inside);
  const item = (to, title, right, ...more) => h(to ? "a" : "div", { className: "item", href: to && `#${to}` },
    h("span", { className: "line" }, h("strong", {}, title), right && h("span", {}, right)), more.filter(Boolean).map((one) => h("span", { className: "sub" }, one)));
  const state = (dot, words) => h("span", { className: "state" }, h("i", { className: `dot dot-${dot}` }), words);
  const button = (words, click, isFirst) => h("button", { type: "button", className: `button${isFirst ? " button-primary" : ""}`, click }, words);
  const notice = (words, kind = "") => h("p", { className: `notice ${kind}`, role: "status" }, words);

  function draw(title, ...inside) {
    document.title = title;
    main.replaceChildren(banner(), h("div", { className: "head" }, h("h1", {}, title)), ...inside.filter(Boolean));
    const at = (location.hash.slice(1) || fromPath()).split("/")[0];
    tabs.hidden = !offline.isOpen();
    tabs.setAttribute("aria-label", t("On the phone"));
    tabs.replaceChildren(...TABS.filter(([name]) => name !== "visit" || may("visit")).map(([name, words]) => {
      const one = link(name, t(words));
      if (name === at) one.setAttribute("aria-current", "page");
      return one;
    }));
    who.textContent = set ? me().name || "" : "";
    tellState();
  }

  const banner = () => h("p", { className: "notice shell-state", role: "status", "data-state": "", hidden: true });
  async function tellState() {
    const at = main.querySelector("[data-state]");
    if (!at) return;
    const left = await offline.unsent(), has = navigator.onLine !== false, said = [];
    device = await offline.get("device");
    said.push(has ? "" : t("No signal. What you write is stored on this phone."));
    if (left.count) said.push(t("{} unsent, the oldest of {}.", left.count, hour(left.since)));
    if (left.help) said.push(t("{} of them need help.", left.help));
    if (device && device.stopped === "401") said.push(t("The portal does not know this phone any more. Nothing is lost: please enrol it again, or save the backup file."));
    if (device && device.renew) said.push(t("What you need cannot be fetched with this PIN any more. With a signal, open “My phone” and choose a PIN again."));
    if (device && device.stopped === "old") said.push(t("This page is older than the portal. Everything is kept: please load it again with a signal."));
    if (device && device.stopped === "new") said.push(t("This page is newer than the portal. Everything is kept and sent once the portal is upgraded."));
    const words = said.filter(Boolean).join(offline.language === "en" ? " " : "");
    at.hidden = !words;
    at.textContent = words;
    at.classList.toggle("notice-warning", !has || left.count > 0);
  }

  // --- Before the PIN ------------------------------------------------------------------------------

  const NEVER = "Reports about conduct, ballots, the query page of slips and passwords never work without a signal. Please do them in the portal, with a signal.";
  const never = () => h("p", { className: "help" }, t(NEVER));
  const toPortal = (path, words) => h("a", { className: "button", href: path }, words);

  function closed() {
    const left = h("p", { className: "sub" });
    offline.unsent().then(({ count }) => { if (count) left.textContent = t("{} entries wait on this phone. They stay and are sent as soon as there is a signal.", count); });
    const saving = h("p", { className: "buttons" }, toPortal("/phone/", t("My phone")), button(t("Save the backup file"), saveBackup));
    if (!device) {
      return draw(t("Writing without a signal"), h("div", { className: "card" },
        h("p", {}, t("This phone is not enrolled. With a signal, open “My phone” in the portal.")), h("p", { className: "buttons" }, toPortal("/phone/", t("My phone")), toPortal("/", t("To the portal")))));
    }
    return draw(t("Writing without a signal"), h("div", { className: "card" },
      h("p", {}, t("What could be read on this phone has been removed. With a signal, open “My phone” and choose a PIN again.")), left, saving));
  }

  function askPin() {
    const input = h("input", { type: "password", inputMode: "numeric", autocomplete: "off", id: "pin", className: "form-control" });
    const said = h("p", { className: "field-error", role: "alert", id: "pin-said" });
    input.setAttribute("aria-describedby", "pin-said");
    const go = h("button", { className: "button button-primary" }, t("Open"));
    async function open(event) {
      event.preventDefault();
      go.disabled = true;
      const became = await offline.unlock(input.value);
      go.disabled = false;
      if (became === "open") return begin();
      if (became === "gone") return begin();
      input.value = "";
      const wait = Math.ceil((became.until - Date.now()) / 1000);
      said.textContent = t("That is not the PIN. {} more tries.", 10 - became.wrong) + (wait > 0 ? t(" Please wait {} s.", wait) : "");
      input.focus();
    }
    draw(t("Writing without a signal"), h("form", { className: "card", submit: open },
      h("div", { className: "field" }, h("label", { className: "form-label", for: "pin" }, t("PIN of this phone")), input, said), go,
      h("details", { className: "fold" }, h("summary", {}, t("Forgotten the PIN?")),
        h("p", {}, t("Nobody can find it out. With a signal, open “My phone” and choose a new one. What you wrote still arrives; only you cannot read it here any more.")),
        h("p", { className: "buttons" }, toPortal("/phone/", t("My phone")), button(t("Save the backup file"), saveBackup)))));
    input.focus();
  }

  async function saveBackup() {
    const text = await offline.backup();
    const made = h("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: `unsent-${offline.day()}.portal-backup` });
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 60000);
  }

  // --- Today -----------------------------------------------------------------------------------------

  async function today() {
    const waiting = await readable(await offline.entries());
    const late = rows("matter").filter((one) => (one.row.mine || []).includes("handles"));
    const notices = rows("notice"), drawnUnits = rows("drawn");
    draw(t("Today"),
      may("visit") && h("a", { className: "big-button", href: "#visit" }, h("strong", {}, t("Write down a visit")), t("Day, place and what was said are enough")),
      late.length + notices.length + drawnUnits.length > 0 && h("h2", {}, t("To do")),
      ...late.map((one) => matterItem(one)),
      ...notices.map((one) => item(`notice/${one.id}`, one.row.title, one.row.due && t("by {}", shortDay(one.row.due)), one.row.organ)),
      ...rows("questionnaire").map((one) => {
        const mine = drawnUnits.filter((unit) => unit.row.questionnaire === one.id).length;
        return mine ? item(`drawn/${one.id}`, one.row.title, t("{} to ask", mine)) : null;
      }),
      waiting.length > 0 && h("h2", {}, t("Not sent yet")), ...waiting.slice(0, 5).map(entryItem),
      waiting.length > 5 && h("p", { className: "todo-more" }, link("unsent", t("All {}", waiting.length))),
      set.skew ? notice(t("The day of this phone is wrong (days off: {}). Forms begin with the day of the portal, {}.", Math.abs(set.skew), shortDay(todayIs())), "notice-warning") : null,
      h("p", { className: "sub shell-of" }, set.at ? t("As of {}.", hour(set.at)) : ""), never());
  }
  const matterItem = ({ id, row: one }) => item(`matter/${id}`, one.title, one.due ? h("span", { className: `deadline${one.late ? " over" : ""}` }, one.late ? t("overdue since {}", shortDay(one.due)) : t("by {}", shortDay(one.due))) : one.state_label, [one.number, one.place].filter(Boolean).join(" · "), one.next);

  // --- Forms --------------------------------------------------------------------------------------------

  // Drafts are written one after the other. Whoever drops one waits for them, so that none comes back.
  let drafting = Promise.resolve();
  function keepDraft(name, value) {
    const kept = drafting.then(() => offline.keepDraft(name, value));
    drafting = kept.catch(() => {});
    return kept;
  }

  // Fields in one card; the draft is kept during typing, encrypted under the PIN key.
  // `stood`: what the writer of a correction saw, kept with the draft.
  function sheet({ name, title, fields, values = {}, stood, optional = [], extra = [], photos = 0, before = [], kind = "", store, done }) {
    const drawnFields = [], errors = h("div", { className: "error-summary", tabIndex: -1, hidden: true });
    let timer = null, unitKind = kind, pictures = [];
    const kept = h("span", { className: "saved-state", role: "status" });
    const changed = (of) => {
      typed = true;
      if (of) { unitKind = of; drawnFields.concat(...parts.map((one) => one.fields)).forEach((one) => one.setKind(of)); }
      kept.textContent = "";
      clearTimeout(timer);
      timer = setTimeout(async () => {
        await keepDraft(name, { ...readAll(), matters: parts.map((one) => one.read()), stood });
        if (typed) kept.textContent = t("Draft on this phone {}", hour(Date.now()).split(" ").pop());
      }, 800);
    };
    const make = (spec, given = {}) => field(spec, { values, rows, changed, kind: unitKind, ...given });
    const readAll = () => Object.assign({}, ...drawnFields.map((one) => one.read()));
    const pack = (read) => Object.fromEntries(Object.entries(read).filter(([, all]) => all.length));

    const parts = [];
    const partsBox = h("div");
    function addPart(given = {}) {
      const spec = form("matter"), made = {};
      // Hide the fields that the outcome does not need, as on the portal's own form.
      const tidy = () => {
        const outcome = (made.fields.find((one) => one.spec.name === "outcome") || { read: () => ({}) }).read().outcome;
        for (const one of made.fields) if (one.spec.name in NEEDED) one.box.hidden = !(outcome || []).includes(NEEDED[one.spec.name]);
      };
      made.fields = spec.fields.filter((one) => one.as !== "photos").map((one) => make(one, { values: given, changed: () => { changed(); tidy(); } }));
      made.shown = () => made.fields.filter((one) => !one.box.hidden);
      made.read = () => pack(Object.assign({}, ...made.shown().map((one) => one.read())));
      const isRest = (one) => !one.spec.expected && one.spec.name !== "request_text" && !(one.spec.name in NEEDED);
      made.box = h("section", { className: "matter-part" }, ...made.fields.filter((one) => !isRest(one)).map((one) => one.box),
        h("details", { className: "fold" }, h("summary", {}, t("Who raised it, urgency and more"), h("span", { className: "optional" }, t("optional"))), ...made.fields.filter(isRest).map((one) => one.box)),
        h("p", {}, h("button", { type: "button", className: "plain", click: () => { parts.splice(parts.indexOf(made), 1); made.box.remove(); changed(); } }, t("Take this matter away"))));
      tidy();
      parts.push(made);
      partsBox.append(made.box);
      return made;
    }

    const pictureList = h("div", { className: "shell-photos" }), pictureSaid = h("p", { className: "field-error", role: "alert" });
    function drawPictures() {
      pictureList.replaceChildren(...pictures.map((one) => {
        const canvas = h("canvas", { role: "img", "aria-label": one.name });
        offline.paint(canvas, one.small);
        return h("figure", {}, canvas, h("figcaption", {}, `${Math.round(one.bytes.length / 1024)} kB `, h("button", { type: "button", className: "plain", click: () => { pictures = pictures.filter((other) => other !== one); drawPictures(); keepPictures(); } }, t("Take away"))));
      }));
    }
    const keepPictures = () => { typed = true; keepDraft(`${name} photos`, pictures.map((one) => ({ ...one, bytes: offline.base64(one.bytes) }))); };
    async function choosePictures(event) {
      pictureSaid.textContent = "";
      for (const file of [...event.target.files]) {
        if (pictures.length >= photos) { pictureSaid.textContent = t("At most {} photos.", photos); break; }
        try {
          const small = await offline.shrink(file);
          // Others may have been taken away meanwhile.
          pictures.push(small);
        } catch (problem) {
          pictureSaid.textContent = problem.message === "heic" ? t("This browser cannot read HEIC photos ({}). Please set the camera to JPEG, or take a screenshot of it.", file.name) : t("{} is no photo that this browser can read.", file.name);
        }
        drawPictures();
      }
      event.target.value = "";
      keepPictures();
    }
    const pictureBox = photos ? h("div", { className: "field" }, h("label", { className: "form-label", for: "photos" }, t("Photos"), h("span", { className: "optional" }, t("optional"))),
      h("input", { type: "file", id: "photos", accept: "image/*", multiple: true, className: "form-control", change: choosePictures }),
      h("p", { className: "help" }, t("Made small on this phone; place and camera are taken out.")), pictureSaid, pictureList) : null;

    const hasParts = Boolean(form("matter")) && name === "visit";
    const folded = fields.filter((one) => optional.includes(one.name));
    const openBoxes = fields.filter((one) => !folded.includes(one) && one.as !== "photos").map((one) => { const made = make(one); drawnFields.push(made); return made.box; });
    const foldedBoxes = folded.filter((one) => one.as !== "photos").map((one) => { const made = make(one); drawnFields.push(made); return made.box; });
    // Shown if a text seems to contain a telephone number.
    const numbers = make({ name: "numbers", label: t("The text contains a phone number. Mask or keep it?"), as: "one", required: true, choices: [["mask", t("Mask it")], ["keep", t("Keep it")]] });
    numbers.box.hidden = true;

    function complain(found) {
      errors.hidden = !found.length;
      errors.replaceChildren(h("strong", {}, t("Please correct first:")), h("ul", {}, ...found.map(([one, words]) => h("li", {}, h("a", { href: "#", click: (event) => { event.preventDefault(); one.first.focus(); } }, `${one.spec.label}${t(": ")}${words}`)))));
      if (found.length) { errors.focus(); errors.scrollIntoView({ block: "center" }); }
    }
    async function submit(event) {
      event.preventDefault();
      const all = [...drawnFields, ...parts.flatMap((one) => one.shown())];
      const found = [];
      for (const one of all) {
        const words = one.check(parts.length > 0);
        one.say(words);
        if (!words) continue;
        found.push([one, words]);
        const folded = one.box.closest("details");
        if (folded) folded.open = true;
      }
      const said = all.filter((one) => /^lines?$/.test(one.spec.as)).flatMap((one) => Object.values(one.read()).flat());
      const looks = me().phone && said.some((text) => new RegExp(me().phone).test(text));
      if (looks && numbers.box.hidden) { numbers.box.hidden = false; found.push([numbers, t("please choose")]); }
      else if (looks && numbers.check()) found.push([numbers, t("please choose")]);
      complain(found);
      if (found.length) return;
      const values = pack({ ...readAll(), ...(looks ? numbers.read() : {}) });
      if (hasParts) {
        values["matters-TOTAL_FORMS"] = [String(parts.length)];
        values["matters-INITIAL_FORMS"] = ["0"];
        parts.forEach((one, at) => { for (const [key, list] of Object.entries(one.read())) values[`matters-${at}-${key}`] = list; });
      }
      await keep(store(values), values, pictures, { name, title, done, saving, said: kept, rest: () => clearTimeout(timer) });
    }
    const saving = h("button", { className: "button button-primary" }, t("Store on this phone"));
    const made = h("form", { className: "form-card", noValidate: true, submit }, errors, ...before, ...openBoxes, numbers.box, pictureBox,
      hasParts && h("h2", {}, t("Matters people raised"), h("span", { className: "optional" }, t("none is fine"))), hasParts && partsBox,
      hasParts && h("button", { type: "button", className: "add-part", click: () => { if (parts.length < (me().limits.matters || 20)) addPart().fields[0].first.focus(); changed(); } }, `＋ ${t("One more matter")}`),
      foldedBoxes.length > 0 && h("details", { className: "fold" }, h("summary", {}, t("More"), h("span", { className: "optional" }, t("optional"))), ...foldedBoxes),
      ...extra, h("div", { className: "form-actions sticky-actions" }, kept, saving));
    made.addEventListener("change", (event) => { if (event.target === made) changed(); });
    made.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault(); });
    return {
      made, addPart, drawnFields,
      async restore() {
        const photosKept = await offline.draft(`${name} photos`);
        if (photosKept) { pictures = photosKept.map((one) => ({ ...one, bytes: offline.unbase64(one.bytes) })); drawPictures(); }
      },
    };
  }

  // Store an entry completely or not at all, and confirm only afterwards.
  async function keep(entry, values, pictures, { name, title, done, saving, said, rest }) {
    if (saving.disabled) return;
    saving.disabled = true;
    let id;
    try {
      id = await offline.write({ title, fields: values, photos: pictures, ...entry });
    } catch (problem) {
      saving.disabled = false;
      const isFull = problem && (problem.name === "QuotaExceededError" || /quota/i.test(problem.message));
      said.textContent = "";
      main.prepend(notice(isFull ? t("Not stored: this phone has no room left. Nothing was stored by halves, and all of it still stands here. Make room, or take photos away, and press again.") : t("Not stored ({}). All of it still stands here; please press again.", problem && problem.name), "notice-error"));
      scrollTo(0, 0);
      return;
    }
    // It is stored: whatever fails from here on must not ask to store it again.
    typed = false;
    rest();
    await drafting;
    await Promise.all([name, `${name} photos`].map((one) => offline.dropDraft(one))).catch(() => {});
    device = await offline.get("device").catch(() => device);
    offline.askToBeWoken();
    offline.send();
    stored(id, entry.title || title, done, await slipsOf(id, values).catch(() => []));
  }
  // Number and code for each matter with a raiser: shown to them at once, valid after sending.
  async function slipsOf(id, values) {
    const found = [], { receipts } = (await offline.secrets()) || device;
    for (let n = 0; receipts && n < Number((values["matters-TOTAL_FORMS"] || [0])[0]); n++) {
      const said = (name) => (values[`matters-${n}-${name}`] || [""])[0];
      if (said("outcome") === "referred" || said("raiser_kind") === "found" || said("side_a") || said("side_b")) continue;
      found.push([said("title"), ...await offline.slip(receipts, id, n)]);
    }
    return found.map(([title, number, code]) => h("div", { className: "card receipt", "data-slip": number }, h("p", { className: "receipt-title" }, title),
      h("div", { className: "receipt-numbers" }, h("p", {}, t("Number of the slip"), h("strong", {}, number.replace(/(...)(?=.)/g, "$1 "))), h("p", {}, t("Query code"), h("strong", {}, code.replace(/(...)(?=.)/g, "$1 ")))),
      h("p", { className: "sub" }, t("Show both to who told it. They are valid once this phone has sent the entry."))));
  }
  function stored(id, title, done, slips) {
    draw(t("Stored on this phone"), ...slips, h("div", { className: "card", "data-stored": id },
      h("p", {}, h("strong", {}, title)), h("p", {}, t("Stored on this phone at {}. It is sent by itself as soon as there is a signal; nothing more is to be done.", hour(Date.now()))),
      h("p", { className: "buttons" }, ...(done || []), toPart("unsent", t("What is unsent")), toPart("today", t("Today")))));
    scrollTo(0, 0);
  }
  const toPart = (to, words, isFirst) => h("a", { className: `button${isFirst ? " button-primary" : ""}`, href: `#${to}` }, words);

  async function room() {
    const left = await offline.room();
    if (left < NONE || !(await offline.fits(NONE))) return [notice(t("This phone has no room left for what you would write here. Please make room first."), "notice-error"), true];
    return [left < LITTLE ? notice(t("This phone has little room left: perhaps too little for photos."), "notice-warning") : null, false];
  }

  async function visit() {
    const spec = form("visit");
    if (!spec) return nothing(t("Write down a visit"));
    const [warning, isFull] = await room();
    if (isFull) return draw(t("Write down a visit"), warning);
    const draft = (await offline.draft("visit")) || {};
    const handed = takeHanded();
    const values = { visited_on: [todayIs()], ...draft, ...(handed && handed.fields) };
    const areas = rows("unit").filter((one) => (one.row.why || []).some((why) => why === "area" || why === "stay"));
    if (!values.unit && !values.unit_text && areas.length === 1) values.unit = [areas[0].id];
    const first = new Set(["visited_on", "unit", "group", "summary"]);
    const optional = spec.fields.filter((one) => !one.required && !one.expected && !first.has(one.name) && one.name !== "numbers").map((one) => one.name);
    const unit = values.unit && row("unit", values.unit[0]);
    const made = sheet({
      name: "visit", title: t("Write down a visit"), fields: spec.fields.filter((one) => one.name !== "numbers"), values, optional, kind: unit ? unit.kind : "",
      photos: (me().limits || {}).photos || 5, before: [warning, yours(areas, () => made)].filter(Boolean),
      store: () => ({ kind: "visit", title: titleOf(made) }), done: [toPart("visit", t("One more visit"), true)],
    });
    const matters = (draft.matters || []).concat((handed && handed.matters) || []);
    matters.forEach((one) => made.addPart(one));
    draw(t("Write down a visit"), handed && handed.left > 0 && notice(t("What you wrote about somebody's conduct stays on the page before: it is never stored on a phone."), "notice-warning"), made.made, never());
    await made.restore();
    if (handed) made.made.dispatchEvent(new Event("change"));
    return null;
  }
  // Input from the portal's own page when the signal was lost; only in this window.
  function takeHanded() {
    try {
      const found = JSON.parse(sessionStorage.getItem("portal-handed"));
      sessionStorage.removeItem("portal-handed");
      return found;
    } catch (problem) {
      return null;
    }
  }
  const titleOf = (made) => {
    const said = Object.assign({}, ...made.drawnFields.map((one) => one.read()));
    const place = said.unit ? (row("unit", said.unit[0]) || {}).name : (said.unit_text || [""])[0];
    const words = (said.summary || [""])[0].split(/[，。；,;.\n]/)[0], short = Array.from(words).slice(0, 16).join("");
    return [place, short].filter(Boolean).join(" · ");
  };
  const yours = (areas, made) => areas.length > 1 && h("p", { className: "help" }, t("Yours:"), " ", ...areas.slice(0, 6).map((one) => h("button", { type: "button", className: "plain chip", click: () => made().drawnFields.find((found) => found.spec.name === "unit").choose(one) }, one.row.name)));

  const nothing = (title) => draw(title, h("div", { className: "empty" }, h("p", {}, t("The words of this form are not on this phone yet. With a signal it fetches them."))));

  // Return what a correction changes, with the values the writer saw; nothing else is sent.
  function difference(before, now, specs) {
    const fields = {}, base = {};
    for (const [name, spec] of specs.flatMap((one) => [[one.name, one], [`${one.name}_text`, null]])) {
      const was = (before[name] || []).filter((one) => one !== "");
      // What the phone could not show, its user has not taken away.
      const is = (now[name] || []).concat(was.filter((one) => spec && !isShown(spec, one)));
      if (JSON.stringify([...was].sort()) === JSON.stringify([...is].sort())) continue;
      fields[name] = is.length ? is : [""];
      base[name] = was;
    }
    return { fields, base };
  }
  // Somebody who has left, or a campaign that is over, has no chip.
  function isShown(spec, value) {
    if (spec.as === "cadres") return Boolean(row("cadre", value));
    return spec.as !== "several" || spec.choices.some(([code]) => code === value);
  }

  async function correction({ title, before, about, corrects, kind }) {
    const spec = form("visit");
    if (!spec) return nothing(title);
    const fields = spec.fields.filter((one) => !["unit", "numbers", "photos"].includes(one.name) && one.as !== "photos");
    const name = `correct ${about || corrects}`, draft = await offline.draft(name), stood = (draft && draft.stood) || before;
    const made = sheet({
      name, title, fields, values: draft || before, stood, kind,
      store: (values) => ({ kind: "visit", about, corrects, ...difference(stood, values, fields), title: t("Correction · {}", title) }),
    });
    return draw(t("Correct a visit"), h("p", { className: "intro" }, title), made.made);
  }

  // --- Matters --------------------------------------------------------------------------------------

  function matters() {
    const all = rows("matter");
    draw(t("My matters"), ...all.map(matterItem), !all.length && h("p", { className: "empty" }, t("Nothing waits for you.")));
  }
  const MOVES = { note: "Note progress", mediate: "Record a mediation", report: "Report the result" };
  function matter(id) {
    const one = row("matter", id);
    if (!one) return elsewhere();
    const facts = [["Number", one.number], ["Place", one.place], ["State", one.state_label], ["Next", one.next], ["Category", one.category_label]].filter(([, said]) => said);
    return draw(one.title, h("div", { className: "card" }, h("dl", { className: "facts" }, facts.flatMap(([name, said]) => [h("dt", {}, t(name)), h("dd", {}, said)])),
      ...[one.details, one.asked, one.result].filter(Boolean).map((said) => h("p", { className: "prose" }, said))),
    (one.steps || []).length > 0 && h("div", { className: "card" }, h("ol", { className: "timeline" }, one.steps.map((step) => h("li", {}, h("strong", {}, step.label), h("span", { className: "when" }, [step.on && shortDay(step.on), step.by].filter(Boolean).join(" · ")), step.text && h("p", { className: "prose" }, step.text))))),
    h("div", { className: "acts" }, (one.moves || []).map((move) => toPart(`step/${id}/${move}`, t(MOVES[move] || move))),
      Object.entries(one.refused || {}).flatMap(([move, why]) => [h("span", { className: "button button-refused" }, t(MOVES[move] || move)), h("p", { className: "why" }, why)])));
  }
  async function stepForm(id, move) {
    const one = row("matter", id), spec = form(move), name = `step ${id} ${move}`;
    if (!one || !spec) return nothing(t(MOVES[move] || move));
    const made = sheet({
      name, values: (await offline.draft(name)) || {}, title: one.title, fields: spec.fields.filter((field) => field.name !== "numbers"), photos: spec.fields.some((field) => field.as === "photos") ? (me().limits || {}).photos || 5 : 0,
      store: (values) => ({ kind: "step", about: id, fields: { ...values, move: [move] }, title: `${t(MOVES[move] || move)} · ${one.title}` }),
    });
    draw(t(MOVES[move] || move), h("p", { className: "intro" }, `${one.number} · ${one.title}`), made.made);
    return made.restore();
  }

  // --- Stays ---------------------------------------------------------------------------------------

  function stay(id) {
    const one = row("stay", id);
    if (!one) return elsewhere();
    return draw(one.place, h("p", { className: "intro" }, `${one.kind_label} · ${shortDay(one.from)} – ${shortDay(one.to)}`), ...(one.months || []).map((month) => {
      const numbers = [["On duty", month.working], ["Norm", month.norm], ["Leave", month.leave], ["On duty elsewhere", month.away], ["Absent", month.absent]].filter(([, n]) => n !== undefined && n !== null);
      const refused = month.refused || {};
      return h("div", { className: "card" }, h("h2", {}, month.label, " ", h("span", { className: "optional" }, month.state_label)),
        h("dl", { className: "facts" }, numbers.flatMap(([name, n]) => [h("dt", {}, t(name)), h("dd", {}, t("{} days", n))])),
        month.work && h("p", { className: "prose" }, month.work), (month.notes || []).map((note) => h("p", { className: "sub" }, `${note.kind_label} ${t("{} days", note.days)} ${note.note || ""}`)),
        h("div", { className: "acts" }, ["days", "work"].flatMap((name) => {
          const words = name === "days" ? t("Write what differs") : t("Write the work of the month");
          return refused[name] ? [h("span", { className: "button button-refused" }, words), h("p", { className: "why" }, refused[name])] : [toPart(`month/${id}/${month.month}/${name}`, words)];
        })));
    }), one.may_leave && h("div", { className: "card" }, h("h2", {}, t("Leave")), (one.leaves || []).map((leave) => h("p", {}, `${leave.kind_label} ${shortDay(leave.from)} – ${shortDay(leave.to)} · ${leave.state_label}`)), toPart(`leave/${id}`, t("Ask for leave"))));
  }
  async function monthForm(id, day, name) {
    const one = row("stay", id), spec = form(name), now = one && (one.months || []).find((found) => found.month === day);
    if (!now || !spec) return nothing(t("My stays"));
    const draft = await offline.draft(`month ${id} ${day} ${name}`), month = (draft && draft.stood) || now;
    const before = name === "work" && month.work ? { work: [month.work] } : {};
    const baseOf = (values) => {
      if (name === "work") return { work: [month.work || ""] };
      const [code] = values.kind || [""];
      return { [code]: [String(month[code] === undefined || month[code] === null ? "" : month[code])] };
    };
    const made = sheet({
      name: `month ${id} ${day} ${name}`, title: `${one.place} · ${month.label}`, fields: spec.fields.filter((field) => field.name !== "numbers" && field.as !== "photos"), values: draft || before, stood: month,
      store: (values) => ({ kind: "month", about: id, fields: { ...values, month: [day] }, base: baseOf(values), title: `${one.place} · ${month.label}` }),
    });
    return draw(month.label, h("p", { className: "intro" }, spec.intro || one.place), made.made);
  }
  async function leaveForm(id) {
    const one = row("stay", id), spec = form("leave"), name = `leave ${id}`;
    if (!one || !spec) return nothing(t("Ask for leave"));
    const made = sheet({ name, values: (await offline.draft(name)) || {}, title: `${t("Leave")} · ${one.place}`, fields: spec.fields.filter((field) => field.name !== "numbers" && field.as !== "photos"), store: () => ({ kind: "leave", about: id }) });
    return draw(t("Ask for leave"), h("p", { className: "intro" }, spec.intro || one.place), made.made);
  }

  // --- Notices and questionnaires -------------------------------------------------------------------

  async function reply(id) {
    const one = row("notice", id), spec = one && form(one.asks), name = `reply ${id}`;
    if (!one || !spec) return nothing(t("Reply"));
    const pick = one.for.length > 1 ? [{ name: "addressee", label: t("For"), as: "one", required: true, choices: one.for }] : [];
    const made = sheet({
      name, values: (await offline.draft(name)) || {}, title: one.title, fields: pick.concat(spec.fields.filter((field) => field.name !== "numbers")),
      store: (values) => ({ kind: "reply", about: id, fields: { ...(one.for.length === 1 ? { addressee: [one.for[0][0]] } : {}), ...values } }),
    });
    return draw(one.title, h("div", { className: "card" }, h("p", { className: "sub" }, [one.organ, one.on && shortDay(one.on)].filter(Boolean).join(" · ")), h("p", { className: "prose" }, one.text || ""), one.question && h("p", {}, h("strong", {}, one.question))), made.made);
  }
  function drawn(id) {
    const one = row("questionnaire", id);
    if (!one) return elsewhere();
    const mine = rows("drawn").filter((unit) => unit.row.questionnaire === id);
    return draw(one.title, one.until && h("p", { className: "intro" }, t("by {}", shortDay(one.until))), ...mine.map((unit) => item(`ask/${unit.id}`, [unit.row.place, unit.row.serial].filter(Boolean).join(" · "), t("No. {}", unit.row.position))));
  }
  async function asking(id) {
    const unit = row("drawn", id), one = unit && row("questionnaire", unit.questionnaire);
    if (!one || !offline.questions) return elsewhere();
    const name = `answers ${id}`, title = `${one.title} · ${t("No. {}", unit.position)}`;
    const kept = h("span", { className: "saved-state", role: "status" });
    const asked = offline.questions(one.definition, (await offline.draft(name)) || {}, todayIs(), one.words, (answers) => { typed = true; keepDraft(name, answers); });
    const save = (isPartial) => async (event) => {
      event.preventDefault();
      if (!isPartial && !asked.check()) return;
      const fields = { version: [one.version], answers: [JSON.stringify(asked.answers(!isPartial))], salt: [offline.hex(offline.random(16))] };
      if (isPartial) fields.partial = ["1"];
      await keep({ kind: "answers", about: id, title }, fields, [], { name, title, saving, said: kept, rest: asked.rest, done: [toPart(`drawn/${unit.questionnaire}`, t("The next one"), true)] });
    };
    const saving = h("button", { className: "button button-primary" }, t("Store on this phone"));
    return draw(title, h("p", { className: "intro" }, [unit.place, unit.serial].filter(Boolean).join(" · ")), h("form", { className: "q-form", noValidate: true, submit: save(false) }, asked.box,
      h("div", { className: "form-actions sticky-actions" }, kept, button(t("Broken off: store so far"), save(true)), saving)));
  }

  // --- Unsent entries and their results ----------------------------------------------------------------

  async function readable(all) {
    return Promise.all(all.map(async (one) => ({ ...one, said: one.copy ? await offline.show(one.copy).catch(() => null) : null })));
  }
  function stateOf(one) {
    const total = one.parts.length, arrived = one.parts.filter((part) => part.state === "stored" || part.state === "refused").length;
    if (one.state === "help") return state("mark", t("needs help"));
    if (one.state === "held") return state("busy", t("waits for another entry"));
    if (one.state === "arrived") return state("busy", total ? t("text sent, {} of {} photos", arrived, total) : t("being checked"));
    return state("warn", total ? t("unsent, {} photos", total) : t("unsent"));
  }
  const entryItem = (one) => item(`entry/${one.id}`, (one.said && one.said.title) || t("Cannot be read here"), stateOf(one), hour(one.at));
  const BECAME = { accepted: "arrived", differs: "arrived twice, and both differ: please compare", quarantined: "arrived, but could not be carried out: please correct it in the portal", fault: "arrived; the portal carries it out after an upgrade", dropped: "dropped by you in the portal" };

  async function unsent() {
    const waiting = await readable(await offline.entries()), gone = (await readable(await offline.sent())).filter((one) => one.said);
    draw(t("What is unsent"), ...waiting.map(entryItem), !waiting.length && h("p", { className: "empty" }, t("Everything has arrived.")),
      waiting.length > 0 && h("p", { className: "buttons" }, button(t("Try to send now"), () => offline.send(true), true), button(t("Save the backup file"), saveBackup)),
      waiting.length > 0 && h("p", { className: "help" }, t("Nothing can be deleted here before the portal has confirmed it. The backup file is sealed: only the portal can open it; the office takes it in.")),
      gone.length > 0 && h("h2", {}, t("Arrived last")), ...gone.slice(0, 20).map((one) => {
        const bad = one.state !== "accepted" || one.refused;
        const words = t(BECAME[one.state] || one.state) + (one.refused ? t("; {} photos were refused", one.refused) : "");
        return h("a", { className: "item", href: one.record || "/phone/" }, h("span", { className: "line" }, h("strong", {}, one.said.title || ""), h("span", {}, hour(one.at))), h("span", { className: "sub" }, state(bad ? "mark" : "good", words)));
      }));
  }

  async function entry(id) {
    const [one] = await readable([await offline.entry(id)].filter(Boolean));
    if (!one) { location.hash = "unsent"; return null; }
    const said = one.said;
    if (!said) return draw(t("Cannot be read here"), h("p", {}, stateOf(one)));
    const specs = new Map([...((form(said.kind) || form("visit") || { fields: [] }).fields), ...rows("form").flatMap((found) => found.row.fields)].map((spec) => [spec.name, spec]));
    const facts = Object.entries(said.fields).filter(([name]) => !/_FORMS$|^salt$|^version$|^move$/.test(name)).map(([name, all]) => {
      const matterField = /^matters-(\d+)-(.*)$/.exec(name), spec = specs.get(matterField ? matterField[2] : name.replace(/_text$/, ""));
      const label = (spec ? spec.label : name) + (matterField ? ` (${Number(matterField[1]) + 1})` : "");
      return [label, all.map((value) => wordsOf(spec, value)).join("，")];
    });
    const help = { unreadable: "The portal could not open it. It is kept here: please save the backup file and give it to the office.", 400: "The portal refused its shape. It is kept here: please save the backup file and give it to the office.", 413: "It is too large for the portal. It is kept here: please save the backup file and give it to the office." };
    const smalls = (said.smalls || []).map((small) => { const canvas = h("canvas", { role: "img", "aria-label": t("Photo") }); offline.paint(canvas, small); return h("figure", {}, canvas); });
    return draw(said.title || t("Entry"), h("p", { className: "intro" }, stateOf(one), ` · ${hour(one.at)}`), one.state === "help" && notice(t(help[one.why] || help.unreadable), "notice-warning"),
      h("div", { className: "card" }, h("dl", { className: "facts" }, facts.flatMap(([name, words]) => [h("dt", {}, name), h("dd", { className: "prose" }, words)])), h("div", { className: "shell-photos" }, smalls)),
      h("p", { className: "buttons" }, said.kind === "visit" && !said.corrects && !said.about && toPart(`correct/${id}`, t("Correct it by a new entry")), button(t("Save the backup file"), saveBackup)));
  }
  function wordsOf(spec, value) {
    if (!spec) return value;
    if (spec.as === "unit") return (row("unit", value) || { name: value }).name;
    if (spec.as === "cadre" || spec.as === "cadres") return (row("cadre", value) || { name: value }).name;
    const found = (spec.choices || []).find(([code]) => code === value);
    return found ? found[1] : spec.as === "tick" ? t("yes") : value;
  }
  async function correctEntry(id) {
    const [one] = await readable([await offline.entry(id)].filter(Boolean));
    if (!one || !one.said) return unsent();
    const unit = row("unit", (one.said.fields.unit || [])[0]);
    return correction({ title: one.said.title, before: one.said.fields, corrects: id, kind: unit ? unit.kind : "" });
  }
  function correctVisit(id) {
    const one = row("visit", id);
    return one ? correction({ title: one.label, before: one.fields, about: id, kind: one.kind }) : elsewhere();
  }

  // --- Mine -----------------------------------------------------------------------------------------

  async function mine() {
    const left = await offline.unsent();
    draw(t("Mine"), item("unsent", t("What is unsent"), left.count ? t("{} unsent", left.count) : t("nothing")),
      rows("stay").length > 0 && h("h2", {}, t("My stays")), ...rows("stay").map((one) => item(`stay/${one.id}`, one.row.place, t("until {}", shortDay(one.row.to)), one.row.kind_label)),
      rows("visit").length > 0 && h("h2", {}, t("Visits that can still be corrected")), ...rows("visit").map((one) => item(`visit-correct/${one.id}`, one.row.label, one.row.until && t("until {}", shortDay(one.row.until)))),
      h("h2", {}, t("This phone")), h("div", { className: "card" },
        h("p", {}, t("What is stored here is as of {}. It holds no contact of anybody.", set.at ? hour(set.at) : "—")),
        h("p", { className: "buttons" }, button(t("Fetch anew"), refresh), button(t("Lock"), () => { offline.lock(); begin(); }), toPortal("/phone/", t("My phone")), toPortal("/", t("To the portal")))), never());
  }
  async function refresh() {
    try {
      await offline.pull();
      set = await offline.set();
      if (!set) return begin();
    } catch (problem) {
      main.prepend(notice(t("No answer from the portal. What is here stays as it was."), "notice-warning"));
      return null;
    }
    return typed ? null : show();
  }

  // --- All other pages -----------------------------------------------------------------------------------

  function elsewhere() {
    const path = location.pathname;
    draw(t("This page needs a signal"), h("div", { className: "card" },
      h("p", {}, t("The page you asked for did not come within a few seconds. Without a signal only what stands below works.")),
      h("p", { className: "buttons" }, path !== "/offline/" && button(t("Try again, and wait longer"), patience, true), toPart("today", t("Back to today")))), never());
  }
  function patience() {
    const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
    if (worker) worker.postMessage("patience");
    location.reload();
  }

  // --- Which screen --------------------------------------------------------------------------------------

  const SCREENS = { today, visit, matters, mine, unsent, matter, step: stepForm, stay, month: monthForm, leave: leaveForm, notice: reply, drawn, ask: asking, entry, correct: correctEntry, "visit-correct": correctVisit };
  function fromPath() {
    const path = location.pathname, found = /^\/matters\/(\d+)\/$/.exec(path);
    if (path === "/visits/new/") return "visit";
    if (found && row("matter", found[1])) return `matter/${found[1]}`;
    return ["/", "/today/", "/offline/"].includes(path) ? "today" : "elsewhere";
  }
  function show() {
    const [name, ...given] = (location.hash.slice(1) || fromPath()).split("/");
    scrollTo(0, 0);
    typed = false;
    // Users who only handle matters write no visits.
    const isTheirs = name !== "visit" || may("visit") || !rows("form").length;
    return ((isTheirs && SCREENS[name]) || elsewhere)(...given.map(decodeURIComponent));
  }

  async function begin() {
    const found = await offline.begin();
    device = found.device;
    offline.language = (device && device.language) || "zh-hans";
    document.documentElement.lang = offline.language;
    if (!found.isSetUp) { set = null; return closed(); }
    if (!offline.isOpen()) { set = null; return askPin(); }
    set = await offline.set();
    if (!set) {
      draw(t("Writing without a signal"), h("p", {}, t("Fetching what you need …")));
      try { await offline.pull(); } catch (problem) { /* Said below. */ }
      set = await offline.set();
    }
    if (!set) return draw(t("Writing without a signal"), notice(t("What you need is not on this phone yet. It is fetched as soon as there is a signal."), "notice-warning"), h("p", { className: "buttons" }, button(t("Try again"), begin, true)));
    if (unlockedFor !== device.device) {
      unlockedFor = device.device;
      if (navigator.onLine !== false && Date.now() - set.at > 60000) refresh();
    }
    return show();
  }

  // A link to the current screen redraws it.
  document.addEventListener("click", (event) => {
    const to = event.target.closest && event.target.closest("a[href^='#']");
    if (to && to.hash === location.hash && to.hash.length > 1 && offline.isOpen()) show();
  });
  addEventListener("hashchange", () => (offline.isOpen() ? show() : begin()));
  addEventListener("online", () => { tellState(); if (offline.isOpen() && !typed) refresh(); });
  addEventListener("offline", tellState);
  addEventListener("beforeunload", (event) => { if (typed && !offline.isOpen()) { event.preventDefault(); event.returnValue = ""; } });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") hiddenAt = Date.now();
    // After the phone was idle, ask for the PIN again. The input is a draft by then.
    else if (hiddenAt && Date.now() - hiddenAt > IDLE && offline.isOpen()) { offline.lock(); begin(); }
  });
  let drawing = null;
  offline.listen((what) => {
    if (what === "forgotten" && (set || !offline.isOpen())) { set = null; begin(); return; }
    tellState();
    clearTimeout(drawing);
    // Another screen may be open by then, and a redrawn form would lose its input.
    drawing = setTimeout(() => {
      const name = (location.hash.slice(1) || fromPath()).split("/")[0];
      if (!typed && offline.isOpen() && set && ["today", "unsent", "entry"].includes(name) && !main.querySelector("[data-stored]")) show();
    }, 150);
  });

  if (!self.indexedDB || !self.crypto || !crypto.subtle) {
    draw(t("Writing without a signal"), notice(t("This browser cannot store anything safely here. Please use the portal with a signal."), "notice-warning"));
  } else {
    begin().then(() => offline.wake());
    if (navigator.serviceWorker) navigator.serviceWorker.register("/sw.js", { scope: "/" }).catch(() => {});
  }
})(self.offline);
