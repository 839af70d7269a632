// Runs in the browser: fills forms in xforms-engine and returns its result in the shape of our own
// outcome (research/questionnaires/answers.py). Questions and repeats that our outcome lists are found
// by name; the engine's own groups ("meta") are left out.
async ({ xml, sets }) => {
  const engine = await import("/engine.js");
  const form = await engine.loadForm(xml);
  if (form.status === "failure") throw new Error(String(form.error.message));

  function fill(nodes, answers) {
    for (const node of nodes) {
      const name = node.definition.nodeName || node.currentState.reference.split("/").pop();
      const said = answers[name.replace(/\[.*/, "")];
      if (node.nodeType === "group") fill(node.currentState.children, said || {});
      else if (node.nodeType.startsWith("repeat-range")) {
        const rows = said || [];
        if (node.addInstances) {
          const extra = rows.length - node.currentState.children.length;
          if (extra > 0) node.addInstances(node.currentState.children.length - 1, extra);
          if (extra < 0) node.removeInstances(rows.length, -extra);
        }
        node.currentState.children.forEach((one, place) => {
          if (rows[place]) fill(one.currentState.children, rows[place]);
        });
      } else if (said !== undefined && said !== "") {
        if (node.nodeType === "select") node.selectValues(said.split(" "));
        else if (node.setValue) node.setValue(value(node, said));
      }
    }
  }

  function value(node, said) {
    if (node.valueType === "int") return BigInt(said);
    return node.valueType === "decimal" ? Number(said) : said;
  }

  function collect(nodes, found) {
    for (const node of nodes) {
      const state = node.currentState;
      const place = state.reference.split("/").slice(2).join("/");
      if (place === "meta" || !state.relevant) continue;
      if (node.nodeType.startsWith("repeat-range")) { collect(state.children, found); continue; }
      found.relevant.push(place);
      if (state.children) { collect(state.children, found); continue; }
      found.values[place] = node.currentState.instanceValue === undefined
        ? written(state.value, node) : state.instanceValue;
      if (node.nodeType === "select") {
        found.offered[place] = state.valueOptions.map((one) => one.value);
      }
      const wrong = node.validationState && node.validationState.violation;
      if (wrong) found.wrong.push([place, wrong.condition]);
    }
  }

  function written(value) {
    if (value === null || value === undefined) return "";
    return Array.isArray(value) ? value.join(" ") : String(value);
  }

  return sets.map((answers) => {
    const root = form.createInstance().root;
    // Twice: the second pass fills what the first one made relevant.
    for (let turn = 0; turn < 2; turn++) fill(root.currentState.children, answers);
    const found = { relevant: [], values: {}, offered: {}, wrong: [] };
    collect(root.currentState.children, found);
    return found;
  });
}
