// SPDX-License-Identifier: Apache-2.0
//
// The matrix page: draws the table from the data in the page, searches, folds, and says why. Asks
// nobody and keeps nothing. Texts only ever become text nodes, never markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const NONE = 0, SOME = 1, ALL = 2, MIXED = 3, ABSENT = 4;
  const LOOK = [["none", "·"], ["some", "◐"], ["all", "●"], ["mixed", "%"], ["absent", ""]];
  const state = { family: data.families[0], folded: new Set(), port: null, chosen: null };

  // ---- what the data says

  const spaceOf = (end) => end.namespace || `(${end.kind})`; // No namespace has such a name.
  const spaces = [...new Set(data.ends.map(spaceOf))];

  /** The index of the answer of a pair, or null where no policy decides. */
  function cellOf(from, to, family = state.family) {
    const source = data.ends[from].classes[family], destination = data.ends[to].classes[family];
    const isPods = data.ends[from].kind === "pods" || data.ends[to].kind === "pods";
    if (source === undefined || destination === undefined || !isPods) return null;
    if (from === to && data.ends[from].members.length < 2) return null;
    const answer = data.reach[family].answers[source][destination];
    return answer < 0 ? null : answer;
  }

  /** Whether the port that is looked at is among these. */
  function hasPort(ports) {
    const { protocol, number } = state.port;
    return protocol === "others" ? ports.otherProtocols
      : (ports[protocol] || []).some(([first, last]) => first <= number && number <= last);
  }

  /** What audited policies would deny of an answer, as far as it is looked at: sentences. */
  function denialsOf(answer) {
    return data.answers[answer].wouldDeny.filter(({ ports }) => !state.port || hasPort(ports))
      .map(({ policies, ports }) => {
        const names = policies.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
        return `audited ${policies.length === 1 ? "policy" : "policies"} ${names} would deny ${state.port ? "it" : ports.text}`;
      });
  }

  const isAudited = (answer) => denialsOf(answer).length > 0;

  function stateOf(answer) {
    if (answer === null) return ABSENT;
    const ports = data.answers[answer];
    if (state.port) return hasPort(ports) ? ALL : NONE;
    return ports.everything ? ALL : ports.text === "nothing" ? NONE : SOME;
  }

  const weightOf = (end) => Math.max(data.ends[end].members.length, 1);

  /** What a row and a column come to: each stands for one end, or for a whole namespace. */
  function summaryOf(row, column) {
    let open = 0, all = 0;
    const answers = new Set(), states = new Set();
    for (const from of row.ends) for (const to of column.ends) {
      const answer = cellOf(from, to);
      if (answer === null) continue;
      const pairs = from === to ? weightOf(from) * (weightOf(from) - 1) : weightOf(from) * weightOf(to);
      answers.add(answer);
      states.add(stateOf(answer));
      all += pairs;
      if (stateOf(answer) !== NONE) open += pairs;
    }
    if (all === 0) return { state: ABSENT, text: "no policy decides" };
    const share = open / all, audited = [...answers].some(isAudited), first = [...answers][0];
    if (states.size > 1 || (answers.size > 1 && states.has(SOME))) {
      return { state: MIXED, share, audited, text: `${percent(share)} of ${all} pairs may connect${audited ? SOME_AUDITED : ""}` };
    }
    const text = answers.size === 1 ? textOf(first) : portsOf(first) + (audited ? SOME_AUDITED : "");
    return { state: [...states][0], audited, ports: portsOf(first), text };
  }

  const SOME_AUDITED = "; audited policies would deny some of it";

  function portsOf(answer) {
    if (!state.port) return data.answers[answer].text;
    return byId("port").value.trim() + (stateOf(answer) === ALL ? " allowed" : " denied");
  }

  const textOf = (answer) => [portsOf(answer), ...denialsOf(answer)].join("; ");

  /** Never 0 % or 100 % of what is neither. */
  function percent(share) {
    const rounded = Math.round(share * 100);
    return `${share > 0 && share < 1 ? Math.min(Math.max(rounded, 1), 99) : rounded} %`;
  }

  // ---- what is shown

  function linesFor(words) {
    const lines = [];
    for (const space of spaces) {
      const ends = data.ends.map((end, index) => index)
        .filter((index) => spaceOf(data.ends[index]) === space && fits(data.ends[index], words));
      if (ends.length > 1 && state.folded.has(space)) {
        lines.push({ space, ends, name: `${ends.length} lines`, column: `${space}, ${ends.length} lines`, full: `${space}, ${ends.length} lines` });
      } else {
        ends.forEach((index) => {
          const full = data.ends[index].name;
          const name = full.startsWith(space + "/") ? full.slice(space.length + 1)
            : full.replace(/^outside,? (?=.)/, "");
          lines.push({ space, ends: [index], name, full });
        });
      }
    }
    return lines;
  }

  function fits(end, words) {
    const text = [end.name, spaceOf(end), ...end.members].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  }

  const wordsIn = (id) => byId(id).value.toLowerCase().split(/\s+/).filter(Boolean);

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function toggleFor(space) {
    const isFolded = state.folded.has(space);
    const button = make("button", { type: "button", class: "toggle", title: space,
      "aria-expanded": String(!isFolded) }, `${isFolded ? "▸" : "▾"} ${space}`);
    button.addEventListener("click", () => {
      if (!state.folded.delete(space)) state.folded.add(space);
      draw();
    });
    return button;
  }

  const isFirst = (lines, index) => index === 0 || lines[index - 1].space !== lines[index].space;
  const spanAt = (lines, index) => lines.filter((line) => line.space === lines[index].space).length;

  function headOf(columns) {
    const top = make("tr", { class: "spaces" }, make("th", { class: "corner", colspan: 2, rowspan: 2 }, "from ↓  to →"));
    const names = make("tr", { class: "names" });
    columns.forEach((column, index) => {
      if (isFirst(columns, index)) {
        top.append(make("th", { colspan: spanAt(columns, index), scope: "colgroup", style: "max-width:0;overflow:hidden" },
          toggleFor(column.space)));
      }
      names.append(make("th", { scope: "col", title: column.full }, make("span", {}, column.column || column.name)));
    });
    return make("thead", {}, top, names);
  }

  function cellFor(row, column, at) {
    const summary = summaryOf(row, column);
    const [look, sign] = LOOK[summary.state];
    const cell = make("td", { class: look + (at.first ? " first" : ""), role: "gridcell", tabindex: "-1",
      "data-at": `${at.row} ${at.column}`, "aria-label": `${row.full} to ${column.full}: ${summary.text}` });
    cell.title = cell.getAttribute("aria-label");
    cell.textContent = sign;
    if (summary.state === MIXED) {
      cell.style.setProperty("--share", String(0.08 + 0.75 * summary.share));
      cell.textContent = String(Math.round(summary.share * 100));
    } else if (summary.state === SOME && /^\d{1,5}\/\w+$/.test(summary.ports)) {
      cell.textContent = summary.ports.split("/")[0];
      if (cell.textContent.length > 3) cell.classList.add("long");
    } else if (summary.audited && summary.state === ALL) {
      cell.textContent = "!";
    }
    cell.classList.toggle("audited", Boolean(summary.audited));
    cell.classList.toggle("dim", !isWanted(summary));
    return cell;
  }

  /** Whether a cell is among those that "Show" asks for. */
  function isWanted({ state: look, audited }) {
    const only = byId("only").value;
    if (!only || look === ABSENT) return true;
    if (only === "audited") return Boolean(audited);
    return look === MIXED || (look !== NONE) === (only === "open");
  }

  const MOST_CELLS = 60000; // A browser draws these in a second or two.
  let rows = [], columns = [];

  function draw() {
    rows = linesFor(wordsIn("from"));
    columns = linesFor(wordsIn("to"));
    const isTooMuch = rows.length * columns.length > MOST_CELLS;
    if (isTooMuch) {
      spaces.forEach((space) => state.folded.add(space));
      rows = linesFor(wordsIn("from"));
      columns = linesFor(wordsIn("to"));
    }
    byId("much").hidden = !isTooMuch;
    const body = make("tbody");
    rows.forEach((row, r) => {
      const line = make("tr", isFirst(rows, r) ? { class: "first" } : {});
      if (isFirst(rows, r)) {
        line.append(make("th", { class: "space", scope: "rowgroup", rowspan: spanAt(rows, r) }, toggleFor(row.space)));
      }
      line.append(make("th", { class: "name", scope: "row", title: row.full }, row.name));
      columns.forEach((column, c) =>
        line.append(cellFor(row, column, { row: r, column: c, first: isFirst(columns, c) })));
      body.append(line);
    });
    byId("matrix").replaceChildren(headOf(columns), body);
    byId("empty").hidden = rows.length > 0 && columns.length > 0;
    byId("matrix").hidden = !byId("empty").hidden;
    const first = byId("matrix").querySelector("td");
    if (first) first.tabIndex = 0;
  }

  // ---- why

  function sideOf(direction, from, to) {
    const mine = direction === "egress" ? from : to, other = direction === "egress" ? to : from;
    const end = data.ends[mine];
    const box = document.createDocumentFragment();
    box.append(make("h3", {}, direction === "egress" ? `May ${end.name} send it?` : `May ${end.name} be reached?`));
    if (end.kind !== "pods") {
      box.append(make("p", { class: "side" }, "It is no pod, so no policy isolates it."));
      return box;
    }
    const reach = data.reach[state.family], own = end.classes[state.family], peer = data.ends[other].classes[state.family];
    const group = data.groups[reach[direction].group[own]];
    if (!group) {
      box.append(make("p", { class: "side" }, `Yes: no policy isolates its ${direction}.`));
      return box;
    }
    const table = reach[direction];
    const matching = new Set(data.sets[table.rows[table.row[own]][peer]]);
    const lead = group.audit ? `Yes: only audited policies select it for ${direction}, and they deny nothing yet:`
      : `Its ${direction} is isolated by`;
    const say = matching.size === 0 ? (group.rules.length === 0 ? "which have no rule" : "none of whose rules is about the other end")
      : `${matching.size} of whose ${group.rules.length} rules ${matching.size === 1 ? "is" : "are"} about the other end`;
    box.append(make("p", { class: "side" }, `${lead} ${group.policies.join(", ")}, ${say}.`));
    const order = group.rules.map((rule, index) => index).sort((a, b) => matching.has(b) - matching.has(a) || a - b);
    box.append(make("ul", { class: "rules" }, ...order.map((index) => {
      const rule = group.rules[index];
      return make("li", { class: matching.has(index) ? "yes" : "no" },
        make("span", { class: "origin" }, rule.origins.join(", ")), `: ${rule.text}`);
    })));
    return box;
  }

  function exampleOf(end) {
    if (end.kind === "pods") return `${end.namespace}/${end.members[0]}`;
    return end.kind === "nodes" ? `node/${end.members[0]}` : end.examples[state.family];
  }

  /** A port to ask about: one that is open, where the answer has one. */
  function portOf(answer) {
    const { tcp, udp, sctp } = data.answers[answer];
    const [protocol, ranges] = [["TCP", tcp], ["UDP", udp], ["SCTP", sctp]].find(([, list]) => list) || ["TCP", [[80]]];
    return `${data.answers[answer].everything ? 80 : ranges[0][0]}/${protocol}`;
  }

  function membersOf(end) {
    if (end.members.length < 2) return [];
    const shown = end.members.slice(0, 40).join(", ");
    return [make("p", { class: "side" }, `${end.name}: ${shown}${end.members.length > 40 ? ", ..." : ""}`)];
  }

  function explainPair(from, to) {
    const source = data.ends[from], destination = data.ends[to], answer = cellOf(from, to);
    const look = LOOK[stateOf(answer)][0];
    byId("reasons").replaceChildren(
      make("h2", {}, `${source.name} → ${destination.name}`),
      make("p", {}, make("span", { class: `verdict ${look}` }, answer === null ? "no policy decides" : data.answers[answer].text),
        data.families.length > 1 ? ` over ${state.family}` : ""));
    if (answer === null) {
      byId("reasons").append(make("p", {}, from === to ? "A pod always reaches itself."
        : "Neither end is a pod, or they have no address of one family."));
      return;
    }
    denialsOf(answer).forEach((text) =>
      byId("reasons").append(make("p", { class: "audit" }, `${text[0].toUpperCase()}${text.slice(1)}. It is only logged.`)));
    byId("reasons").append(sideOf("egress", from, to), sideOf("ingress", from, to), make("h3", {}, "Every entry, one by one"),
      make("code", {}, `portcullis explain --from ${exampleOf(source)} --to ${exampleOf(destination)} --port ${portOf(answer)}`),
      ...membersOf(source), ...(from === to ? [] : membersOf(destination)));
    if (source.kind === "nodes") {
      byId("reasons").append(make("p", { class: "side" }, "A node always reaches the pods that run on it, whatever this says."));
    }
  }

  function listPairs(row, column) {
    const pairs = [];
    for (const from of row.ends) for (const to of column.ends) {
      const answer = cellOf(from, to);
      if (answer !== null) pairs.push({ from, to, answer });
    }
    pairs.sort((a, b) => (stateOf(b.answer) !== NONE) - (stateOf(a.answer) !== NONE));
    const most = 60;
    byId("reasons").replaceChildren(make("h2", {}, `${row.full} → ${column.full}`),
      make("p", {}, `${summaryOf(row, column).text}. What is open comes first.`),
      make("ol", {}, ...pairs.slice(0, most).map(({ from, to, answer }) => {
        const button = make("button", { type: "button" }, `${data.ends[from].name} → ${data.ends[to].name}: ${textOf(answer)}`);
        button.addEventListener("click", () => explainPair(from, to));
        return make("li", {}, button);
      })));
    if (pairs.length > most) byId("reasons").append(make("p", {}, `... and ${pairs.length - most} more: unfold a namespace, or search.`));
  }

  function choose(cell) {
    const [r, c] = cell.dataset.at.split(" ").map(Number);
    document.querySelectorAll("td.chosen").forEach((other) => other.classList.remove("chosen"));
    cell.classList.add("chosen");
    if (rows[r].ends.length === 1 && columns[c].ends.length === 1) explainPair(rows[r].ends[0], columns[c].ends[0]);
    else listPairs(rows[r], columns[c]);
  }

  // ---- hands

  function moveTo(cell) {
    if (!cell) return;
    byId("matrix").querySelectorAll('td[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  byId("matrix").addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    if (!cell) return;
    const step = STEPS[event.key];
    if (step) {
      const [r, c] = cell.dataset.at.split(" ").map(Number);
      moveTo(byId("matrix").querySelector(`td[data-at="${r + step[0]} ${c + step[1]}"]`));
    } else if (event.key === "Enter" || event.key === " ") {
      choose(cell);
    } else {
      return;
    }
    event.preventDefault();
  });

  byId("matrix").addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (cell) { moveTo(cell); choose(cell); }
  });

  /** The names that a cell belongs to light up with it. */
  function heat(cell, isHot) {
    const [r, c] = cell.dataset.at.split(" ").map(Number);
    byId("matrix").querySelectorAll("tbody th.name")[r].classList.toggle("hot", isHot);
    byId("matrix").querySelectorAll("thead tr.names th")[c].classList.toggle("hot", isHot);
  }
  for (const [type, isHot] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    byId("matrix").addEventListener(type, (event) => {
      const cell = event.target.closest("td");
      if (cell) heat(cell, isHot);
    });
  }

  function readPort() {
    const text = byId("port").value.trim().toLowerCase();
    const match = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text);
    state.port = text === "icmp" ? { protocol: "others" }
      : match ? { protocol: match[2] || "tcp", number: Number(match[1]) } : null;
    byId("port").classList.toggle("wrong", text !== "" && !state.port);
  }

  let later = 0;
  for (const id of ["from", "to", "port"]) {
    byId(id).addEventListener("input", () => {
      clearTimeout(later);
      later = setTimeout(() => { readPort(); draw(); }, 120);
    });
  }
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("only").addEventListener("change", draw);
  byId("family").addEventListener("change", () => { state.family = byId("family").value; draw(); });
  byId("zoom").addEventListener("input", () => setSize(byId("zoom").value));
  byId("fold").addEventListener("click", () => { spaces.forEach((space) => state.folded.add(space)); draw(); });
  byId("unfold").addEventListener("click", () => { state.folded.clear(); draw(); });
  byId("theme").addEventListener("click", () =>
    setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));

  function setTheme(theme) { document.documentElement.dataset.theme = theme; }

  function setSize(pixels) {
    byId("zoom").value = pixels;
    document.documentElement.style.setProperty("--cell", `${pixels}px`);
  }

  // ---- start

  const FOLD_FROM = 120; // Lines; more are a picture that nobody reads.
  data.families.forEach((family) => byId("family").append(make("option", {}, family)));
  byId("families").hidden = data.families.length < 2;
  byId("summary").textContent = data.summary;
  if (data.ends.length > FOLD_FROM) spaces.forEach((space) => state.folded.add(space));
  setTheme(window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  setSize(data.ends.length > 60 ? 18 : data.ends.length > 25 ? 22 : 32);
  draw();
})();
