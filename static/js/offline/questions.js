// Draws a questionnaire on one page over the engine of js/questionnaire.js, as
// templates/research/_questionnaire_blocks.html does on the server.
"use strict";

((offline) => {
  const { h, t } = offline;
  const LIST_FROM = 12, MOST_STEPS = 11, MOST_ROWS = 100;
  const UNANSWERED = ["note", "calculate"];
  const isAsked = (item) => !UNANSWERED.includes(item.type) && !("calculation" in item);
  const isDrawn = (item) => item.kind !== "question" || item.type === "note" || isAsked(item) || (item.type !== "calculate" && Boolean(item.label));
  const plain = (number) => number.toFixed(10).replace(/\.?0+$/, "");
  const isRecord = (one) => Boolean(one) && typeof one === "object" && !Array.isArray(one);

  function steps(item) {
    const [start, end, step] = item.range, sign = end > start ? 1 : -1;
    return Array.from({ length: Math.floor(Math.abs(end - start) / step + 1e-9) + 1 }, (none, at) => plain(start + step * sign * at));
  }
  function control(item, definition) {
    const look = item.appearance || "";
    if (item.type === "note") return "note";
    if (!isAsked(item)) return "output";
    if (item.type === "select_multiple") return "several";
    if (item.type === "select_one") return definition.lists[item.list].length > LIST_FROM || /minimal|autocomplete/.test(look) ? "list" : "one";
    if (item.type === "range") return Math.abs(item.range[1] - item.range[0]) / item.range[2] < MOST_STEPS ? "scale" : "number";
    if (item.type === "integer" || item.type === "decimal") return "number";
    if (item.type === "date") return "date";
    return look.includes("multiline") ? "area" : "text";
  }

  // Return {box, check(), answers(ofRelevant)}. `typed` has earlier answers; `words` has error messages.
  offline.questions = (definition, typed, today, words, changed) => {
    const box = h("div"), numbers = new Map();
    const code = offline.language === "en" ? "(en" : "(zh";
    const language = definition.languages.find((one) => one === offline.language || one.toLowerCase().includes(code)) || definition.languages[0];
    let outcome, shape = "", tried = false, waiting = 0;
    (function count(items) {
      for (const item of items) {
        if (item.kind !== "question") count(item.items);
        else if (isAsked(item)) numbers.set(item.path, numbers.size + 1);
      }
    })(definition.items);

    const pick = (texts) => texts[language] || Object.values(texts).find((one) => one) || "";
    const joined = (texts) => Object.fromEntries(Object.entries(texts || {}).map(([name, parts]) => [name, parts.filter((part) => typeof part === "string").join("")]));
    const said = (item, place, means) => pick((outcome.texts[place] || {})[means] || joined(item[means]));
    const has = (place) => outcome.relevant.includes(place);

    function walk() {
      outcome = questionnaire.walk(definition, typed, today);
      return JSON.stringify([outcome.relevant, outcome.repeats, outcome.offered]);
    }
    function record(parts) {
      let at = typed;
      for (const part of parts) {
        const [, name, row] = /^(.*?)(?:\[([0-9]+)\])?$/.exec(part);
        if (row === undefined) {
          if (!isRecord(at[name])) at[name] = {};
          at = at[name];
        } else {
          if (!Array.isArray(at[name])) at[name] = [];
          while (at[name].length < Number(row)) at[name].push({});
          at = at[name][Number(row) - 1];
        }
      }
      return at;
    }
    function valueAt(item, place) {
      if (!isAsked(item)) return outcome.values[place] || "";
      const parts = place.split("/"), name = parts.pop(), now = record(parts)[name];
      if (now !== undefined) return now;
      const start = outcome.starts[place] || "";
      if (start) record(parts)[name] = start;
      return start;
    }
    function put(place, value) {
      const parts = place.split("/"), name = parts.pop();
      record(parts)[name] = value;
      clearTimeout(waiting);
      waiting = setTimeout(() => { changed(typed); refresh(); }, 200);
    }

    function refresh() {
      const now = walk();
      if (now === shape && !tried) return;
      shape = now;
      draw();
    }
    function draw() {
      const focused = box.contains(document.activeElement) && document.activeElement.id;
      box.replaceChildren(...blocks(definition.items, ""));
      const again = focused && document.getElementById(focused);
      if (again) again.focus();
    }
    const blocks = (items, prefix) => items.filter(isDrawn).map((item) => block(item, prefix + item.name)).filter(Boolean);
    function block(item, place) {
      if (item.kind === "repeat") return repeat(item, place);
      if (!has(place)) return null;
      if (item.kind === "question") return question(item, place);
      const label = said(item, place, "label");
      return h("section", { className: "q-group" }, label && h("h2", { className: "q-heading" }, label), ...blocks(item.items, `${place}/`));
    }
    function repeat(item, place) {
      if (!(place in outcome.repeats)) return null;
      const size = outcome.repeats[place], label = said(item, place, "label") || item.name, isFree = !("repeat_count" in item);
      const parts = place.split("/"), name = parts.pop();
      const all = () => { const at = record(parts); if (!Array.isArray(at[name])) at[name] = []; return at[name]; };
      const after = () => { changed(typed); shape = walk(); draw(); };
      return h("section", { className: "q-group" }, h("h2", { className: "q-heading" }, label),
        ...Array.from({ length: size }, (none, at) => h("section", { className: "q-row" }, h("h3", { className: "q-heading" }, t("{}, no. {}", label, at + 1)), ...blocks(item.items, `${place}[${at + 1}]/`),
          isFree && h("p", {}, h("button", { type: "button", className: "q-plain", click: () => { all().splice(at, 1); after(); } }, t("Take no. {} away", at + 1))))),
        isFree && size < MOST_ROWS && h("p", {}, h("button", { type: "button", className: "q-more", click: () => { all().push({}); after(); } }, t("Add one: {}", label))));
    }

    function question(item, place) {
      const kind = control(item, definition), id = `a:${place}`, value = valueAt(item, place);
      let label = said(item, place, "label"), hint = said(item, place, "hint");
      if (!label) [label, hint] = [hint, ""];
      if (kind === "note") return h("div", { className: "q-note" }, h("p", {}, label), hint && h("p", { className: "q-sub" }, hint));
      if (kind === "output") return h("div", { className: "q-note" }, h("p", {}, label, t(": "), h("strong", {}, value)));
      if (item.type === "range" && kind === "number") hint = `${hint} ${t("From {} to {} in steps of {}.", ...item.range.map(plain))}`.trim();
      const wrong = tried && (new Map(outcome.wrong)).get(place), isFixed = "read_only" in item;
      const told = wrong && !isFixed ? message(item, place, wrong) : "";
      const isRequired = item.required && item.required[0] === "call" && item.required[1] === "true";
      const heading = [h("span", { className: "q-number" }, `${numbers.get(item.path)}.`), " ", label, isRequired && h("span", { className: "q-required" }, ` ${t("must be answered")}`), kind === "several" && h("span", { className: "q-sub" }, ` ${t("several may be ticked")}`)];
      const below = [hint && h("p", { className: "q-sub" }, hint), told && h("p", { className: "q-error", id: `${id}-error` }, told)];
      const marked = told ? { "aria-invalid": "true", "aria-describedby": `${id}-error` } : {};
      const around = (...inside) => h("div", { className: `q-question${told ? " q-wrong" : ""}`, "data-place": place }, ...inside);

      if (["one", "several", "scale"].includes(kind)) {
        const chosen = new Set(value.split(" ").filter(Boolean)), type = kind === "several" ? "checkbox" : "radio";
        const offered = item.type === "range" ? steps(item).map((one) => [one, one]) : choices(item, place, chosen);
        const one = ([name, words], at) => h("label", { className: "q-choice" }, h("input", { type, name: id, id: `${id}-${at}`, value: name, checked: chosen.has(name), disabled: isFixed, ...marked, change: (event) => {
          if (type === "radio") chosen.clear();
          if (event.target.checked) chosen.add(name); else chosen.delete(name);
          put(place, offered.map(([code]) => code).filter((code) => chosen.has(code)).join(" "));
        } }), h("span", {}, words));
        const none = type === "radio" && !isRequired && !isFixed && h("label", { className: "q-choice q-none" }, h("input", { type, name: id, id: `${id}-none`, change: () => put(place, "") }), h("span", {}, t("no answer")));
        return around(h("fieldset", {}, h("legend", { className: "q-label" }, heading), ...below, h("div", { className: kind === "scale" ? "q-scale" : "q-choices" }, offered.map(one), kind !== "scale" && none), kind === "scale" && none));
      }
      const given = { id, className: "q-input", value, ...marked, change: (event) => put(place, event.target.value.trim()) };
      if (kind === "list") {
        const list = h("select", { id, className: "q-input", disabled: isFixed, ...marked, change: given.change }, new Option(t("please choose"), ""), choices(item, place, new Set([value])).map(([name, words]) => new Option(words, name, false, name === value)));
        return around(h("label", { className: "q-label", for: id }, heading), ...below, list);
      }
      const input = h(kind === "area" ? "textarea" : "input", { ...given, readOnly: isFixed, autocomplete: "off", input: given.change });
      if (kind === "area") input.rows = 4;
      else input.type = kind === "date" ? "date" : "text";
      if (kind === "number") input.inputMode = item.type === "integer" ? "numeric" : "decimal";
      return around(h("label", { className: "q-label", for: id }, heading), ...below, input);
    }
    function choices(item, place, chosen) {
      const texts = (outcome.texts[place] || {}).choices || {}, allowed = outcome.offered[place];
      return definition.lists[item.list].filter((one) => !allowed || allowed.includes(one.name) || chosen.has(one.name)).map((one) => [one.name, pick(texts[one.name] || joined(one.label))]);
    }
    function message(item, place, what) {
      const own = { constraint: "constraint_message", required: "required_message" }[what];
      return (own && said(item, place, own)) || (words || {})[what] || t("Please correct this answer.");
    }

    // Answers to relevant questions, with calculated values, nested like the form.
    function kept(items, at, prefix) {
      const found = {};
      for (const item of items) {
        const place = prefix + item.name;
        let one;
        if (item.kind === "question") one = outcome.values[place];
        else if (item.kind === "group") one = has(place) ? kept(item.items, isRecord(at[item.name]) ? at[item.name] : {}, `${place}/`) : {};
        else {
          const all = Array.isArray(at[item.name]) ? at[item.name] : [];
          one = Array.from({ length: outcome.repeats[place] || 0 }, (none, n) => kept(item.items, all[n] || {}, `${place}[${n + 1}]/`));
        }
        if (one && (typeof one !== "object" || Object.keys(one).length)) found[item.name] = one;
      }
      return found;
    }

    shape = walk();
    draw();
    return {
      box,
      answers: () => { walk(); return kept(definition.items, typed, ""); },
      // Keep no more drafts: the answers are stored.
      rest: () => clearTimeout(waiting),
      check() {
        tried = true;
        shape = walk();
        draw();
        const first = box.querySelector(".q-wrong input, .q-wrong select, .q-wrong textarea");
        if (first) { first.focus(); first.scrollIntoView({ block: "center" }); }
        return !first;
      },
    };
  };
})(self.offline);
