// Evaluates the definition of a questionnaire with its answers, as research/questionnaires/answers.py
// and evaluation.py do on the server; tests/research/ checks both against the same tables. Expressions
// arrive as trees and patterns as programs: nothing is parsed or evaluated as code here.
"use strict";

const questionnaire = (() => {
  const LONGEST_TEXT = 1000, MOST_REPETITIONS = 100, LONGEST_ANSWER = 5000, MOST_DIGITS = 400;
  const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
  const DAY = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:T.*)?$/;
  const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const trimmed = (said) => said.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const signs = (said) => Array.from(said);

  // --- Patterns ---------------------------------------------------------------------------------

  function matches(program, said) {
    const codes = signs(said).map((sign) => sign.codePointAt(0));
    if (codes.length > LONGEST_TEXT) return false;
    let at = reach(program, [0], 0, codes.length);
    for (let place = 0; place < codes.length; place++) {
      const next = [];
      for (const step of at) {
        if (program[step][0] === "one" && holds(program[step][1], codes[place])) next.push(step + 1);
      }
      at = reach(program, next, place + 1, codes.length);
      if (!at.length) return false;
    }
    return at.some((step) => program[step][0] === "end");
  }

  function holds(ranges, code) {
    for (let i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= code && code <= ranges[i + 1]) return true;
    }
    return false;
  }

  function reach(program, steps, place, length) {
    const seen = new Set(), found = [], open = [...steps];
    while (open.length) {
      const step = open.pop();
      if (seen.has(step)) continue;
      seen.add(step);
      const [kind, ...rest] = program[step];
      if (kind === "go" || kind === "way") open.push(...rest);
      else if (kind === "^") place === 0 && open.push(step + 1);
      else if (kind === "$") place === length && open.push(step + 1);
      else found.push(step);
    }
    return found;
  }

  // --- Conversions ------------------------------------------------------------------------------

  function text(value) {
    if (Array.isArray(value)) return value.length ? value[0] : "";
    if (typeof value === "boolean") return value ? "true" : "false";
    return typeof value === "number" ? digits(value) : value;
  }

  // Without exponents.
  function digits(value) {
    if (value === 0) return "0";
    const said = String(value), found = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(said);
    if (!found) return said;
    const [, sign, whole, part = "", exponent] = found;
    const all = whole + part, point = whole.length + Number(exponent);
    if (point <= 0) return `${sign}0.${"0".repeat(-point)}${all}`;
    if (point >= all.length) return sign + all + "0".repeat(point - all.length);
    return `${sign}${all.slice(0, point)}.${all.slice(point)}`;
  }

  function number(value) {
    if (typeof value === "number") return value;
    if (typeof value === "boolean") return value ? 1 : 0;
    const said = trimmed(text(value));
    if (NUMBER.test(said) && said.length <= MOST_DIGITS) return Number(said);
    const days = daysOf(said);
    return days === null ? NaN : days;
  }

  function truth(value) {
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return value !== 0 && !Number.isNaN(value);
    return text(value) !== "";
  }

  function daysOf(said) {
    const found = DAY.exec(said);
    if (!found) return null;
    let [year, month, day] = found.slice(1).map(Number);
    if (month < 1 || month > 12 || day < 1 || day > monthDays(year, month) || year < 1) return null;
    if (month <= 2) year -= 1;
    const century = Math.floor(year / 400), ofCentury = year - century * 400;
    const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
    return century * 146097 + ofCentury * 365 + Math.floor(ofCentury / 4)
      - Math.floor(ofCentury / 100) + ofYear - 719468;
  }

  function monthDays(year, month) {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    return month === 2 && isLeap ? 29 : MONTHS[month - 1];
  }

  function dayParts(days) {
    const all = days + 719468, century = Math.floor(all / 146097), left = all - century * 146097;
    const ofCentury = Math.floor((left - Math.floor(left / 1460) + Math.floor(left / 36524)
      - Math.floor(left / 146096)) / 365);
    const ofYear = left - (365 * ofCentury + Math.floor(ofCentury / 4)
      - Math.floor(ofCentury / 100));
    const shifted = Math.floor((5 * ofYear + 2) / 153);
    const month = shifted < 10 ? shifted + 3 : shifted - 9;
    return [ofCentury + century * 400 + (month <= 2 ? 1 : 0), month,
      ofYear - Math.floor((153 * shifted + 2) / 5) + 1];
  }

  // --- Operators --------------------------------------------------------------------------------

  const COMPARISONS = {
    "=": (a, b) => a === b, "!=": (a, b) => a !== b, "<": (a, b) => a < b,
    "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
  };
  const ARITHMETIC = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b,
    div: (a, b) => a / b,
    mod: (a, b) => (Number.isFinite(a) ? a % b : NaN),
  };
  const each = (value) => (Array.isArray(value) ? value : [value]);
  const flat = (values) => [].concat(...values.map(each));

  function compare(sign, left, right) {
    const fits = COMPARISONS[sign], is = (kind) => typeof left === kind || typeof right === kind;
    const any = (as) => each(left).some((a) => each(right).some((b) => fits(as(a), as(b))));
    if (sign !== "=" && sign !== "!=") return any(number);
    if (is("boolean")) return fits(truth(left), truth(right));
    return any(is("number") ? number : (one) => one);
  }

  function evaluate(tree, here) {
    const kind = tree[0];
    switch (kind) {
      case "text": case "number": return tree[1];
      case "ask": return here.ask(tree[1], {});
      case "self": return here.own();
      case "column": return here.column(tree[1]);
      case "place": return here.place(tree[1]);
      case "or": return tree.slice(1).some((part) => truth(evaluate(part, here)));
      case "and": return tree.slice(1).every((part) => truth(evaluate(part, here)));
      case "regex": return matches(tree[2], text(evaluate(tree[1], here)));
      case "call": return call(tree[1], tree.slice(2), here);
    }
    const values = tree.slice(1).map((part) => evaluate(part, here));
    if (kind in COMPARISONS) return compare(kind, values[0], values[1]);
    if (values.length === 1) return -number(values[0]);
    return ARITHMETIC[kind](number(values[0]), number(values[1]));
  }

  // --- Functions --------------------------------------------------------------------------------

  function call(name, parts, here) {
    if (name === "if") return evaluate(parts[truth(evaluate(parts[0], here)) ? 1 : 2], here);
    if (name === "today") return here.today;
    if (name === "indexed-repeat") {
      const place = number(evaluate(parts[2], here));
      return Number.isInteger(place) ? here.ask(parts[0][1], { [parts[1][1]]: place - 1 }) : "";
    }
    if (name === "jr:choice-name") {
      return here.choice(parts[1][1], text(evaluate(parts[0], here)));
    }
    return FUNCTIONS[name](...parts.map((part) => evaluate(part, here)));
  }

  const int = (value) => (value > 0 ? Math.floor(value) : Math.ceil(value));
  const names = (value) => text(value).split(/[ \t\r\n]+/).filter((one) => one !== "");

  function round(value, places = 0) {
    places = int(places);
    if (!Number.isFinite(value) || !Number.isFinite(places)) {
      return Number.isFinite(places) ? value : NaN;
    }
    const shift = power(10, Math.abs(places));
    const shifted = places >= 0 ? Math.abs(value) * shift : Math.abs(value) / shift;
    if (!Number.isFinite(shifted)) return value;
    const whole = Math.floor(shifted + 0.5), found = places >= 0 ? whole / shift : whole * shift;
    return value < 0 ? -found : found;
  }

  function power(base, exponent) {
    if (!Number.isInteger(exponent) || Math.abs(exponent) > 1000) return NaN;
    let found = 1, left = Math.abs(exponent);
    while (left) {
      if (left % 2) found *= base;
      base *= base;
      left = Math.floor(left / 2);
    }
    return exponent < 0 ? 1 / found : found;
  }

  const extreme = (choose) => (...values) => {
    const numbers = flat(values).map(number);
    if (!numbers.length || numbers.some(Number.isNaN)) return NaN;
    return numbers.reduce((a, b) => (choose(a, b) ? a : b));
  };

  function selectedAt(value, place) {
    const found = names(value)[int(number(place))];
    return found === undefined ? "" : found;
  }

  function substr(value, start, end) {
    const said = signs(text(value));
    const [first, last] = [start, end === undefined ? said.length : end]
      .map((one) => int(number(one)));
    if (!Number.isFinite(first) || !Number.isFinite(last)) return "";
    const [from, to] = [first, last].map((one) => Math.max(one < 0 ? one + said.length : one, 0));
    return said.slice(from, to).join("");
  }

  function split(value, sign, after) {
    const said = text(value), by = text(sign), at = said.indexOf(by);
    if (at < 0) return "";
    return after ? said.slice(at + by.length) : said.slice(0, at);
  }

  function translate(value, old, fresh) {
    const becomes = new Map(), to = signs(text(fresh));
    signs(text(old)).forEach((sign, place) => {
      if (!becomes.has(sign)) becomes.set(sign, place < to.length ? to[place] : "");
    });
    return signs(text(value)).map((one) => (becomes.has(one) ? becomes.get(one) : one)).join("");
  }

  function checklist(fewest, most, ...values) {
    const held = flat(values).filter(truth).length;
    const [low, high] = [number(fewest), number(most)];
    return held >= low && (high === -1 || held <= high);
  }

  const padded = (value, length) => String(value).padStart(length, "0");

  function date(value) {
    const days = Math.floor(number(value));
    if (!Number.isFinite(days) || days < -719162 || days > 2932896) return "";
    const [year, month, day] = dayParts(days);
    return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  }

  function formatDate(value, form) {
    const day = date(value);
    if (!day) return "";
    const [Y, m, d] = day.split("-");
    const by = { Y, y: Y.slice(2), m, n: String(Number(m)), d, e: String(Number(d)) };
    return text(form).replace(/%(.)/g, (all, sign) => by[sign]);
  }

  const FUNCTIONS = {
    true: () => true,
    false: () => false,
    not: (a) => !truth(a),
    boolean: truth,
    "boolean-from-string": (a) => ["1", "true"].includes(text(a)),
    coalesce: (a, b) => text(a) || text(b),
    number,
    int: (a) => int(number(a)),
    round: (a, ...places) => round(number(a), ...places.map(number)),
    floor: (a) => Math.floor(number(a)),
    ceiling: (a) => Math.ceil(number(a)),
    abs: (a) => Math.abs(number(a)),
    pow: (a, b) => power(number(a), number(b)),
    sqrt: (a) => Math.sqrt(number(a)),
    min: extreme((a, b) => a <= b),
    max: extreme((a, b) => a >= b),
    sum: (a) => each(a).reduce((total, one) => total + number(one), 0),
    count: (a) => each(a).length,
    "count-non-empty": (a) => each(a).filter((one) => one !== "").length,
    string: text,
    concat: (...values) => flat(values).map(text).join(""),
    join: (sign, ...values) => flat(values).map(text).join(text(sign)),
    "string-length": (a) => signs(text(a)).length,
    substr,
    contains: (a, b) => text(a).includes(text(b)),
    "starts-with": (a, b) => text(a).startsWith(text(b)),
    "ends-with": (a, b) => text(a).endsWith(text(b)),
    "substring-before": (a, b) => split(a, b, false),
    "substring-after": (a, b) => split(a, b, true),
    translate,
    "normalize-space": (a) => names(a).join(" "),
    selected: (a, b) => names(a).includes(trimmed(text(b))),
    "selected-at": selectedAt,
    "count-selected": (a) => names(a).length,
    checklist,
    date,
    "decimal-date-time": number,
    "format-date": formatDate,
  };

  // --- Walking ----------------------------------------------------------------------------------

  const WORDS = ["label", "hint", "constraint_message", "required_message"];
  const key = (path, at) => `${path} ${at.join(",")}`;
  const isRecord = (one) => typeof one === "object" && one !== null && !Array.isArray(one);
  const has = (record, name) => Object.prototype.hasOwnProperty.call(record, name);
  const own = (record, name) => (has(record, name) ? record[name] : undefined);

  // Return a map of path to item, in the order of the form.
  function index(definition) {
    const found = new Map(), open = [...definition.items].reverse();
    while (open.length) {
      const item = open.pop();
      found.set(item.path, item);
      if (item.items) open.push(...[...item.items].reverse());
    }
    return found;
  }

  function walk(definition, answers, today) {
    const items = index(definition), repeats = new Map();
    const sizes = new Map(), relevant = new Map(), values = new Map(), given = new Map();
    for (const path of items.keys()) {
      const parts = path.split("/");
      repeats.set(path, parts.map((part, at) => parts.slice(0, at + 1).join("/"))
        .filter((one) => items.get(one).kind === "repeat"));
    }

    function gather(list, record, at) {
      for (const item of list) {
        const said = own(record, item.name);
        if (item.kind === "question") {
          given.set(key(item.path, at), typeof said === "string" ? said : "");
        } else if (item.kind === "group") {
          gather(item.items, isRecord(said) ? said : {}, at);
        } else {
          const rows = Array.isArray(said) ? said.filter(isRecord).slice(0, MOST_REPETITIONS) : [];
          sizes.set(key(item.path, at), rows.length);
          rows.forEach((row, place) => gather(item.items, row, [...at, place]));
        }
      }
    }

    const size = (path, at) => sizes.get(key(path, at)) || 0;

    function places(around, fixed) {
      let found = [fixed];
      for (const repeat of around.slice(fixed.length)) {
        found = [].concat(...found.map((at) =>
          Array.from({ length: size(repeat, at) }, (none, place) => [...at, place])));
      }
      return found;
    }

    function one(path, at) {
      return items.get(path).kind === "question" ? values.get(key(path, at)) || "" : "";
    }

    // The context of an expression.
    function here(path, at, choice) {
      const self = {
        today,
        own: () => values.get(key(path, at)),
        place: (repeat) => at[repeats.get(path).indexOf(repeat)] + 1,
        column: (name) => (choice && choice.columns && own(choice.columns, name)) || "",
        ask(asked, picked) {
          const around = repeats.get(asked), mine = repeats.get(path).slice(0, at.length);
          const theirs = items.get(asked).kind === "repeat" ? around.slice(0, -1) : around;
          const fixed = [];
          for (let i = 0; i < mine.length; i++) {
            if (theirs[fixed.length] !== mine[i] || has(picked, mine[i])) break;
            fixed.push(at[i]);
          }
          if (fixed.length === around.length) return one(asked, fixed);
          const found = places(around, fixed)
            .filter((place) => around.every((repeat, i) =>
              !has(picked, repeat) || picked[repeat] === place[i]))
            .filter((place) => relevant.get(key(asked, place)) !== false)
            .map((place) => one(asked, place));
          return Object.keys(picked).length ? text(found) : found;
        },
        choice(asked, name) {
          const list = own(definition.lists, items.get(asked).list) || [];
          const found = list.find((row) => row.name === name);
          if (!found) return "";
          const said = self.said(found.label);
          return own(said, definition.languages[0]) || Object.values(said)[0];
        },
        said(words) {
          const found = {};
          for (const [language, parts] of Object.entries(words)) {
            found[language] = parts.map((part) =>
              (typeof part === "string" ? part : text(evaluate(part, self)))).join("");
          }
          return found;
        },
      };
      return self;
    }

    function offered(item, at) {
      return definition.lists[item.list]
        .filter((row) => truth(evaluate(item.choice_filter, here(item.path, at, row))))
        .map((row) => row.name);
    }

    function settle(item, at) {
      const above = item.path.split("/").slice(0, -1).join("/");
      const place = here(item.path, at);
      let is = !above || relevant.get(key(above, at));
      if (is && item.relevant) is = truth(evaluate(item.relevant, place));
      if (item.kind === "repeat") {
        if (item.repeat_count) {
          const asked = number(evaluate(item.repeat_count, place));
          sizes.set(key(item.path, at), Number.isNaN(asked)
            ? 0 : Math.floor(Math.min(Math.max(asked, 0), MOST_REPETITIONS)));
        }
        for (let i = 0; i < size(item.path, at); i++) relevant.set(key(item.path, [...at, i]), is);
      }
      relevant.set(key(item.path, at), is);
      if (item.kind === "question") {
        values.set(key(item.path, at), is ? valueOf(item, at, place) : "");
      }
    }

    function valueOf(item, at, place) {
      if (!item.calculation) return trimmed(given.get(key(item.path, at)) || "");
      const found = evaluate(item.calculation, place);
      return typeof found === "number" && !Number.isFinite(found) ? "" : text(found);
    }

    function written(path, at) {
      const left = [...at];
      const parts = path.split("/");
      return parts.map((part, place) => {
        const walked = parts.slice(0, place + 1).join("/");
        const isRepeat = items.get(walked).kind === "repeat";
        return isRepeat && left.length ? `${part}[${left.shift() + 1}]` : part;
      }).join("/");
    }

    const outcome = { relevant: [], values: {}, repeats: {}, offered: {}, starts: {}, texts: {}, wrong: [] };
    const quotes = (words) => words !== undefined
      && Object.values(words).some((parts) => parts.some((part) => typeof part !== "string"));

    function say(item, at, name) {
      const place = here(item.path, at), said = {}, choices = {};
      for (const means of WORDS) if (quotes(item[means])) said[means] = place.said(item[means]);
      for (const row of (item.list && definition.lists[item.list]) || []) {
        if (quotes(row.label)) choices[row.name] = place.said(row.label);
      }
      if (Object.keys(choices).length) said.choices = choices;
      if (Object.keys(said).length) outcome.texts[name] = said;
      if (item.default) outcome.starts[name] = text(evaluate(item.default, place));
    }

    function collect(list, at) {
      for (const item of list) {
        if (item.kind === "repeat") {
          if (!relevant.get(key(item.path, at))) continue;
          outcome.repeats[written(item.path, at)] = size(item.path, at);
          for (let place = 0; place < size(item.path, at); place++) {
            const name = written(item.path, [...at, place]);
            outcome.relevant.push(name);
            say(item, [...at, place], name);
            collect(item.items, [...at, place]);
          }
        } else if (relevant.get(key(item.path, at))) {
          const name = written(item.path, at);
          outcome.relevant.push(name);
          say(item, at, name);
          if (item.kind === "group") collect(item.items, at);
          else judge(item, at, name);
        }
      }
    }

    function judge(item, at, name) {
      const value = values.get(key(item.path, at));
      outcome.values[name] = value;
      let open = null;
      if (item.choice_filter) open = outcome.offered[name] = offered(item, at);
      if (item.type === "note" || item.type === "calculate") return;
      const found = wrong(item, value, here(item.path, at), open);
      if (found) outcome.wrong.push([name, found]);
    }

    function wrong(item, value, place, open) {
      if (value === "") {
        return item.required && truth(evaluate(item.required, place)) ? "required" : null;
      }
      if (signs(value).length > LONGEST_ANSWER) return "long";
      if (!fits(item.type, value)) return "type";
      if (item.type === "range" && !inRange(item, value)) return "range";
      if (item.list) {
        const all = new Set(open || definition.lists[item.list].map((row) => row.name));
        const said = item.type === "select_multiple" ? names(value) : [value];
        if (new Set(said).size < said.length || said.some((part) => !all.has(part))) return "choice";
      }
      return item.constraint && !truth(evaluate(item.constraint, place)) ? "constraint" : null;
    }

    gather(definition.items, isRecord(answers) ? answers : {}, []);
    for (const path of definition.order) {
      const item = items.get(path), around = repeats.get(path);
      for (const at of places(item.kind === "repeat" ? around.slice(0, -1) : around, [])) {
        settle(item, at);
      }
    }
    collect(definition.items, []);
    return outcome;
  }

  function fits(type, value) {
    if (type === "integer") return /^-?[0-9]{1,15}$/.test(value);
    if (type === "decimal" || type === "range") {
      return /^-?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15})$/.test(value);
    }
    return type !== "date" || (value.length === 10 && daysOf(value) !== null);
  }

  function inRange(item, value) {
    const [start, end, step] = item.range, said = Number(value);
    if (said < Math.min(start, end) || said > Math.max(start, end)) return false;
    const steps = (said - start) / step;
    return Math.abs(steps - Math.floor(steps + 0.5)) < 1e-9;
  }

  return { evaluate, index, matches, number, text, truth, walk };
})();

if (typeof module !== "undefined") module.exports = questionnaire;
