// Draws the fields of a form as described by the working set, and reads the input.
"use strict";

((offline) => {
  let serial = 0;

  const t = (english, ...values) => {
    const said = offline.language === "en" ? english : (offline.CHINESE || {})[english] || english;
    return values.reduce((text, value) => text.replace("{}", value), said);
  };

  // Create an element from properties, data- and aria- attributes, and listeners (functions).
  function h(tag, given = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (typeof value === "function") made.addEventListener(name, value);
      else if (/^(data|aria)-|^(for|role|list|capture)$/.test(name)) { if (value !== false) made.setAttribute(name, value); }
      else if (value !== undefined) made[name] = value;
    }
    made.append(...inside.flat().filter((one) => one !== null && one !== undefined && one !== false));
    return made;
  }

  function chip(name, label, changed, pressed) {
    return h("label", { className: "choice" }, h("input", { ...pressed, name, change: changed }), h("span", {}, label));
  }

  // Choose one of several records of the working set, or type a name that the server looks up.
  function picker(spec, id, several, values, rows, changed) {
    const chosen = new Map(), list = h("div", { className: "picker-list", role: "listbox", id: `${id}-list` });
    const chips = h("div", { className: "picked" });
    const input = h("input", { type: "text", id, className: "form-control", autocomplete: "off", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, input: typing, focus: search, keydown: keys });
    const box = h("div", { className: "picker" }, chips, input, list);
    const labelOf = (one) => one.row.name + (one.row.above ? ` · ${one.row.above}` : one.row.post ? ` · ${one.row.post}` : "");
    let at = -1;

    function options() { return [...list.querySelectorAll("button")]; }
    // Other words mean another record; until then the chosen one stays.
    function typing() {
      if (!several) chosen.clear();
      search();
      changed();
    }
    function search() {
      const said = !several && chosen.size ? "" : input.value.trim().toLowerCase();
      const found = rows.filter((one) => !said || one.row.name.toLowerCase().includes(said) || (one.row.initials || "").startsWith(said)).slice(0, 8);
      at = -1;
      list.replaceChildren(...found.map((one, place) => h("button", { type: "button", role: "option", id: `${id}-${place}`, mousedown: (event) => event.preventDefault(), click: () => choose(one) }, one.row.name, h("small", {}, one.row.above || one.row.post || ""))));
      input.setAttribute("aria-expanded", String(found.length > 0));
    }
    function close() {
      list.replaceChildren();
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    input.addEventListener("blur", () => setTimeout(close, 150));
    function keys(event) {
      const all = options();
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") close();
      if (!all.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        at = (at + (event.key === "ArrowDown" ? 1 : all.length - 1 + (at < 0 ? 1 : 0))) % all.length;
        all.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
        input.setAttribute("aria-activedescendant", all[at].id);
      } else if (event.key === "Enter") {
        event.preventDefault();
        all[Math.max(at, 0)].click();
      }
    }
    function choose(one) {
      if (!several) chosen.clear();
      chosen.set(one.id, one);
      input.value = several ? "" : labelOf(one);
      draw();
      close();
      changed(one.row.kind);
    }
    function draw() {
      if (!several) return;
      chips.replaceChildren(...[...chosen.values()].map((one) => h("span", { className: "chip chip-on" }, one.row.name,
        h("button", { type: "button", "aria-label": t("Take {} away", one.row.name), click: () => { chosen.delete(one.id); draw(); changed(); } }, "×"))));
    }
    for (const value of values) {
      const one = rows.find((row) => row.id === value);
      if (one) { chosen.set(one.id, one); if (!several) input.value = labelOf(one); }
    }
    draw();
    return {
      box, choose, input,
      read: () => {
        const typed = input.value.trim(), said = {};
        if (chosen.size) said[spec.name] = [...chosen.keys()];
        if (typed && (several || !chosen.size)) said[`${spec.name}_text`] = [typed];
        return said;
      },
    };
  }

  // Return a field {box, read, say, spec}; `read` returns {name: [values]} without empty ones.
  function field(spec, { prefix = "", values = {}, rows = () => [], changed = () => {}, kind = "" }) {
    const name = prefix + spec.name, id = `f${++serial}`, named = { ...spec, name };
    const given = values[spec.name] || (spec.value !== undefined ? [].concat(spec.value) : []);
    const error = h("p", { className: "field-error", id: `${id}-error`, hidden: true });
    const optional = spec.required || spec.expected ? "" : h("span", { className: "optional" }, t("optional"));
    const help = spec.help ? h("p", { className: "help" }, spec.help) : null;
    const label = () => h("label", { className: "form-label", for: id }, spec.label, optional);
    let extra = null, inside, read, setKind = () => {}, first, choose = null;

    if (spec.as === "unit" || spec.as === "cadre" || spec.as === "cadres") {
      const found = picker(named, id, spec.as === "cadres", given.concat(values[`${spec.name}_text`] || []), rows(spec.as === "unit" ? "unit" : "cadre"), changed);
      if (values[`${spec.name}_text`]) found.input.value = values[`${spec.name}_text`][0];
      ({ read, choose } = found);
      first = found.input;
      inside = [label(), found.box];
    } else if (spec.as === "several" || spec.as === "one" && spec.choices.length <= 5 && !spec.of_kinds && !spec.firsts) {
      const type = spec.as === "one" ? "radio" : "checkbox";
      const choices = spec.choices.map(([value, words]) => chip(`${id}c`, words, () => { say(""); changed(); }, { type, value, checked: given.includes(value) || (type === "radio" && value === "" && !given.length) }));
      const around = h("div", { className: "choices" }, choices);
      read = () => ({ [name]: [...around.querySelectorAll("input:checked")].map((one) => one.value).filter((one) => one !== "") });
      first = around.querySelector("input");
      inside = [h("fieldset", {}, h("legend", {}, spec.label, optional), around)];
    } else if (spec.as === "one") {
      first = h("select", { id, className: "form-select", change: () => { say(""); changed(); } });
      setKind = (of) => {
        const before = first.value || given[0] || "", ofKinds = spec.of_kinds || {};
        const known = new Set(Object.values(ofKinds).flat()), own = new Set(ofKinds[of] || known);
        const offered = spec.choices.filter(([value]) => !known.has(value) || own.has(value));
        const empty = offered.some(([value]) => value === "") ? [] : [new Option(t("please choose"), "")];
        first.replaceChildren(...empty, ...offered.map(([value, words]) => new Option(words, value)));
        const isFirst = !before || Object.values(spec.firsts || {}).includes(before);
        first.value = isFirst && spec.firsts && spec.firsts[of] ? spec.firsts[of] : before;
        if (first.selectedIndex < 0) first.selectedIndex = 0;
      };
      setKind(kind);
      read = () => ({ [name]: first.value ? [first.value] : [] });
      inside = [label(), first];
    } else if (spec.as === "tick") {
      first = h("input", { type: "checkbox", id, className: "form-check-input", checked: given.includes("on"), change: () => changed() });
      read = () => ({ [name]: first.checked ? ["on"] : [] });
      inside = [h("div", { className: "form-check" }, first, h("label", { className: "form-check-label", for: id }, ` ${spec.label}`))];
    } else {
      const isLong = spec.as === "lines", type = { day: "date", number: "number" }[spec.as] || "text";
      first = h(isLong ? "textarea" : "input", { id, className: "form-control", value: given[0] || "", autocomplete: "off", input: () => { if (!error.hidden) say(""); changed(); length(); }, change: () => changed() });
      if (spec.name === "group") {
        // Suggest the groups of the chosen unit, if it has any.
        const list = h("datalist", { id: `${id}-list` });
        first.setAttribute("list", list.id);
        first.addEventListener("focus", () => list.replaceChildren(...((rows.groups && rows.groups()) || []).map((one) => new Option(one, one))));
        extra = list;
      }
      if (!isLong) first.type = type;
      if (isLong) first.rows = 4;
      if (spec.as === "number") Object.assign(first, { inputMode: "numeric", min: spec.least === undefined ? "" : spec.least, max: spec.most || "" });
      read = () => ({ [name]: first.value.trim() === "" ? [] : [isLong ? first.value.trim().replace(/\r?\n/g, "\r\n") : first.value.trim()] });
      inside = [label(), first, extra];
    }
    const length = () => {
      const over = spec.most && /^lines?$/.test(spec.as) ? Array.from(first.value.trim()).length - spec.most : 0;
      if (over > 0) say(t("{} characters too many", over));
      else if (error.dataset.long) say("");
      error.dataset.long = over > 0 ? "1" : "";
    };
    function say(words) {
      error.textContent = words;
      error.hidden = !words;
      if (words) { first.setAttribute("aria-invalid", "true"); first.setAttribute("aria-describedby", error.id); }
      else { first.removeAttribute("aria-invalid"); first.removeAttribute("aria-describedby"); }
    }
    const box = h("div", { className: "field", "data-field": name }, ...inside, help, error);
    const check = (hasMatters) => {
      // With an empty choice, the field is optional.
      const said = Object.values(read()).flat(), isFree = (spec.choices || []).some(([value]) => value === "");
      const needed = !isFree && (spec.required || (spec.expected && hasMatters));
      if (needed && !said.length) return t("Please fill this in.");
      if (spec.most && /^lines?$/.test(spec.as) && said.length && Array.from(said[0]).length > spec.most) return t("{} characters too many", Array.from(said[0]).length - spec.most);
      if (spec.as === "number" && said.length && (!/^\d+$/.test(said[0]) || (spec.most && Number(said[0]) > spec.most) || (spec.least !== undefined && Number(said[0]) < spec.least))) return t("Please write a whole number that fits.");
      return "";
    };
    return { box, check, choose, first, id, read, say, setKind, spec };
  }

  Object.assign(offline, { field, h, t });
})(self.offline);
