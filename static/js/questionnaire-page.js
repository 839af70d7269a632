// A page of a questionnaire drawn by the server (templates/research/_questionnaire.html): shows and
// hides questions at once by the answers, filters choices, inserts answers into texts that quote them,
// and reports missing answers before the page is sent. Without script the server does this per page.
"use strict";

(() => {
  const form = document.querySelector("form[data-definition]");
  if (!form) return;
  const PREFIX = "a:";
  const words = JSON.parse(form.dataset.words);
  const today = form.dataset.today;
  let definition, typed, items;

  fetch(form.dataset.definition, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((found) => {
      definition = found;
      items = questionnaire.index(definition);
      typed = JSON.parse(document.getElementById("typed").textContent);
      form.querySelector("[data-scripted]").value = "1";
      refresh();
      form.addEventListener("change", refresh);
      form.addEventListener("input", later);
      form.addEventListener("submit", check);
    })
    .catch(() => {});  // without the definition the page works as without script

  let waiting = 0;
  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 200);
  }

  const path = (place) => place.replace(/\[[0-9]+\]/g, "");
  const fields = (place) => form.querySelectorAll(`[name="${CSS.escape(PREFIX + place)}"]`);
  const language = () => form.elements.language.value;

  // The input on this page, merged into the answers of all pages.
  function gather() {
    for (const box of form.querySelectorAll("[data-control]")) {
      const place = box.dataset.place, parts = place.split("/"), name = parts.pop();
      let record = typed;
      for (const part of parts) {
        const [, before, number] = /^(.*?)(?:\[([0-9]+)\])?$/.exec(part);
        if (number === undefined) {
          if (!record[before]) record[before] = {};
          record = record[before];
        } else {
          if (!record[before]) record[before] = [];
          while (record[before].length < Number(number)) record[before].push({});
          record = record[before][Number(number) - 1];
        }
      }
      record[name] = said(place);
    }
  }

  function said(place) {
    return Array.from(fields(place))
      .filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked)
      .map((one) => one.value).filter((one) => one !== "").join(" ");
  }

  function pick(texts) {
    return texts[language()] || Object.values(texts).find((one) => one) || "";
  }

  function plain(texts) {
    const found = {};
    for (const [spoken, parts] of Object.entries(texts)) {
      found[spoken] = parts.filter((part) => typeof part === "string").join("");
    }
    return found;
  }

  let outcome;
  function refresh() {
    gather();
    outcome = questionnaire.walk(definition, typed, today);
    const relevant = new Set(outcome.relevant);
    for (const box of form.querySelectorAll("[data-repeat]")) {
      box.hidden = !(box.dataset.repeat in outcome.repeats);
    }
    for (const box of form.querySelectorAll("[data-place]")) {
      const place = box.dataset.place;
      box.hidden = !relevant.has(place);
      if (!box.hidden) say(box, place);
    }
  }

  function say(box, place) {
    const texts = outcome.texts[place] || {};
    for (const means of ["label", "hint"]) {
      const at = box.querySelector(`[data-said=${means}]`);
      if (at && texts[means]) at.textContent = pick(texts[means]);
    }
    const value = box.querySelector("[data-value]");
    if (value) value.textContent = outcome.values[place];
    if (place in outcome.offered) offer(box, place, outcome.offered[place], texts.choices || {});
  }

  // Offer the choices that pass the filter, and those already chosen.
  function offer(box, place, offered, texts) {
    const at = box.querySelector("[data-choices]"), isList = at.tagName === "SELECT";
    const chosen = new Set(said(place).split(" "));
    const rows = definition.lists[items.get(path(place)).list]
      .filter((row) => offered.includes(row.name) || chosen.has(row.name));
    const shown = Array.from(at.querySelectorAll("option, input")).map((one) => one.value);
    const wanted = rows.map((row) => row.name);
    if (shown.filter((one) => one !== "").join(" ") === wanted.join(" ")) return;
    const type = box.dataset.control === "several" ? "checkbox" : "radio";
    const last = at.querySelector(".q-none");
    const first = isList ? at.querySelector('option[value=""]') : null;
    at.textContent = "";
    if (first) at.append(first);
    for (const row of rows) {
      const label = pick(texts[row.name] || plain(row.label));
      if (isList) {
        at.append(new Option(label, row.name, false, chosen.has(row.name)));
        continue;
      }
      const around = document.createElement("label"), input = document.createElement("input");
      const text = document.createElement("span");
      around.className = "q-choice";
      Object.assign(input, { type, name: PREFIX + place, value: row.name });
      input.checked = chosen.has(row.name);
      text.textContent = label;
      around.append(input, text);
      at.append(around);
    }
    if (last) at.append(last);
  }

  function check(event) {
    const button = event.submitter;
    if (button && button.value !== "next") return;
    refresh();
    const wrong = new Map(outcome.wrong), list = form.querySelector("[data-errors] ul");
    list.textContent = "";
    let first = null;
    for (const box of form.querySelectorAll("[data-control]")) {
      const place = box.dataset.place, what = wrong.get(place);
      const at = box.querySelector("[data-error]");
      const isFixed = "read_only" in items.get(path(place));
      const told = what && !box.closest("[hidden]") && !isFixed ? message(place, what) : "";
      at.textContent = told;
      at.hidden = !told;
      box.classList.toggle("q-wrong", Boolean(told));
      for (const one of fields(place)) {
        if (told) one.setAttribute("aria-invalid", "true");
        else one.removeAttribute("aria-invalid");
      }
      if (!told) continue;
      first = first || box;
      const line = document.createElement("li"), link = document.createElement("a");
      link.href = `#${encodeURIComponent(PREFIX + place)}`;
      const number = box.querySelector(".q-number");
      const label = box.querySelector("[data-said=label]").textContent;
      link.textContent = number ? `${number.textContent} ${label}` : label;
      line.append(link, ` ${told}`);
      list.append(line);
    }
    form.querySelector("[data-errors]").hidden = !first;
    if (!first) return;
    event.preventDefault();
    first.querySelector("input, select, textarea").focus();
    first.scrollIntoView({ block: "center" });
  }

  function message(place, what) {
    const means = { constraint: "constraint_message", required: "required_message" }[what];
    const item = items.get(path(place)), texts = outcome.texts[place] || {};
    const own = means && (texts[means] || (item[means] && plain(item[means])));
    return (own && pick(own)) || words[what];
  }
})();
