/* Marks people named by surname and form of address (黄奶奶) during typing; changes nothing.
   Words and patterns are those of portal/trust/addressing.py. Names of places are only in the
   database, so the form asks about fewer phrases than are marked here. Chromium 86 and later. */
(function () {
  "use strict";

  var script = document.currentScript;
  var AROUND = 8, SHOWN = 5, PAUSE = 250;
  var loaded = null;

  function words(lines) { return lines.join(" ").split(/\s+/); }

  function compiled(said) {
    var sources = {};
    Object.keys(said.lists).forEach(function (name) {
      var given = said.lists[name];
      sources[name] = typeof given === "string" ? given : words(given).join("|");
    });
    var patterns = "(?={first})(?:" + said.patterns.join("|") + ")";
    return new RegExp(patterns.replace(/\{([a-z]+)\}/g, function (_all, name) {
      return sources[name];
    }), "g");
  }

  function recognizer(said) {
    var person = compiled(said);
    var spared = new Set(words(said.posts).concat(words(said.ordinary)));
    var longest = Math.max.apply(null, Array.from(spared, function (word) { return word.length; }));

    // Whether it is an ordinary word: longer than the phrase, across its border, or the phrase itself.
    function isSpared(text, start, end, isGuess) {
      for (var at = Math.max(0, start - longest + 1); at < end; at++) {
        for (var stop = at + longest; stop > Math.max(at, start); stop--) {
          if (!spared.has(text.slice(at, stop)) || stop > text.length) { continue; }
          if (at < start || stop > end || (at === start && (stop === end || isGuess))) { return true; }
          break;
        }
      }
      return false;
    }

    return function find(text) {
      var found = [], match;
      person.lastIndex = 0;
      while ((match = person.exec(text))) {
        var start = match.index, end = start + match[0].length;
        if (isSpared(text, start, end, match[1] !== undefined)) {
          person.lastIndex = start + 1;
        } else {
          found.push([start, end]);
          person.lastIndex = end;
        }
      }
      return found;
    };
  }

  function load() {
    loaded = loaded || fetch(script.dataset.words).then(function (answer) {
      return answer.json();
    }).then(recognizer);
    // Without the words nothing is marked, but the form still asks. Retried at the next key.
    loaded.catch(function () { loaded = null; });
    return loaded;
  }

  function lineOf(field) {
    var line = field.parentNode.querySelector(".marks");
    if (!line) {
      line = document.createElement("p");
      line.className = "help marks";
      line.setAttribute("role", "status");
      field.insertAdjacentElement("afterend", line);
    }
    return line;
  }

  function show(field, found) {
    var text = field.value, line = lineOf(field);
    line.textContent = "";
    line.hidden = !found.length;
    if (!found.length) { return; }
    line.appendChild(document.createTextNode(script.dataset.hint));
    found.slice(0, SHOWN).forEach(function (span) {
      var mark = document.createElement("mark");
      mark.textContent = text.slice(span[0], span[1]);
      line.appendChild(document.createTextNode(" …" + text.slice(Math.max(0, span[0] - AROUND), span[0])));
      line.appendChild(mark);
      line.appendChild(document.createTextNode(text.slice(span[1], span[1] + AROUND) + "…"));
    });
  }

  function look(field) {
    load().then(function (find) { show(field, find(field.value)); }, function () {});
  }

  var waiting = null;
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (!field.matches || !field.matches("[data-marked]")) { return; }
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { look(field); }, PAUSE);
  });
  document.addEventListener("focusin", function (event) {
    if (event.target.matches && event.target.matches("[data-marked]")) { look(event.target); }
  });

  window.findsPeople = load;
})();
