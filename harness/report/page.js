
"use strict";
// Filters, order, and evidence. Without this the page shows all but requests and answers.
// Whatever a server said is put in as text alone: nothing here makes markup of it.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  const count = new Intl.NumberFormat("en");
  const PAGE = 50; // findings of one cause that are listed at once
  const STEP = 100; // causes and operations that are laid out at once: thousands would make the page slow to open

  // An element with text and children; null children are left out.
  const make = (tag, names, ...children) => {
    const element = document.createElement(tag);
    if (names) element.className = names;
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  // ---- Evidence: unpacked when the first cause is opened.
  let unpacking;
  const evidence = () => (unpacking ??= unpack());
  const unpack = async () => {
    const packed = atob(byId("evidence").content.textContent);
    const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const data = JSON.parse(await new Response(stream).text());
    data.causeOf = new Map(Object.entries(data.causes).flatMap(([id, cause]) => cause.findings.map((finding) => [finding.id, id])));
    return data;
  };

  const facts = (rows) => make("dl", "", ...rows.filter(([, value]) => value && value.length)
    .flatMap(([name, value]) => [make("dt", "", name), make("dd", "", ...[value].flat())]));

  const codes = (values, most = 12) => {
    const shown = values.slice(0, most).flatMap((value) => [make("code", "", value), " "]);
    return values.length > most ? [...shown, `and ${count.format(values.length - most)} more`] : shown;
  };

  const block = (title, content) => {
    if (!content) return null;
    const button = make("button", "copy", "Copy");
    button.type = "button";
    const source = make("pre", "", content);
    source.tabIndex = 0;
    source.setAttribute("role", "group");
    source.setAttribute("aria-label", title);
    button.addEventListener("click", () => copy(button, source));
    return make("div", "block", make("h4", "", title, " ", button), source);
  };

  const copy = async (button, source) => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };

  const anchor = (id, words) => {
    const link = make("a", "anchor", words);
    link.href = `#${id}`;
    return link;
  };

  const times = (finding, runs) => {
    if (!finding.seen) return null;
    const words = finding.seen.map((seen, index) => {
      const mark = make("span", `seen ${seen}`);
      mark.title = `${runs[index] ? runs[index].started : "this run"}: ${seen}`;
      return mark;
    });
    const found = finding.seen.filter((seen) => seen === "found").length;
    return [make("span", "marks", ...words), ` ${finding.standing}: found in ${found} of ${finding.seen.length} runs`];
  };

  const fillFinding = (details, finding, data) => {
    if (details.dataset.filled) return;
    details.dataset.filled = "yes";
    const exchange = data.exchanges[finding.exchange];
    details.append(make("div", "inside",
      facts([
        ["What", finding.message],
        ["Expected", finding.expected],
        ["Place", finding.pointer && [make("code", "", finding.pointer)]],
        ["Shown by", finding.tests.length ? codes(finding.tests) : null],
        ["Orgs", finding.targets.length > 1 ? finding.targets.join(", ") : null],
        ["History", times(finding, data.runs)],
        ["Again", [make("code", "", `deskcheck replay ${finding.id}`)]],
        ["Link", [anchor(details.id, `#${details.id}`)]],
      ]),
      ...(exchange ? [
        block("Request", exchange.request),
        block(`Answer: ${exchange.answer}`, `${exchange.headers}\n${finding.excerpt}`),
        block("Send it with curl", exchange.curl),
      ] : [make("p", "lead", "It has no request of its own.")])));
  };

  const findingRow = (finding, data) => {
    const details = make("details", "finding");
    details.id = `f-${finding.id}`;
    details.append(make("summary", "", make("code", "", finding.operation), " ", make("span", "side", `${finding.status || ""} ${finding.pointer}`.trim())));
    details.addEventListener("toggle", () => details.open && fillFinding(details, finding, data));
    return details;
  };

  const fillCause = (cause, data) => {
    if (cause.dataset.filled) return;
    cause.dataset.filled = "yes";
    const id = cause.id.slice(2);
    const known = data.causes[id];
    const list = make("div", "findings");
    const more = make("button", "more-button");
    more.type = "button";
    let shown = 0;
    const extend = (upTo) => {
      list.append(...known.findings.slice(shown, upTo).map((finding) => findingRow(finding, data)));
      shown = Math.min(upTo, known.findings.length);
      more.hidden = shown === known.findings.length;
      more.textContent = `Show more of ${count.format(known.findings.length)} findings`;
    };
    more.addEventListener("click", () => extend(shown + PAGE));
    cause.extendTo = (finding) => extend(Math.max(shown, known.findings.findIndex((one) => one.id === finding) + 1));
    const operations = [...new Set(known.findings.map((finding) => finding.operation))];
    cause.append(make("div", "inside",
      make("p", "lead", known.help),
      facts([
        ["Expected", known.expected],
        ["Seen in", codes(operations)],
        ["Tests", codes(known.tests)],
        ["Orgs", known.targets.length > 1 ? known.targets.join(", ") : null],
        ["Again", [make("code", "", `deskcheck replay ${id}`)]],
        ["Link", [anchor(cause.id, `#${cause.id}`)]],
      ]),
      make("h3", "", known.findings.length === 1 ? "Its finding" : `Its ${count.format(known.findings.length)} findings`),
      list, more));
    extend(PAGE);
    list.firstElementChild.open = true;
  };

  const open = async (cause) => {
    cause.open = true;
    fillCause(cause, await evidence());
  };

  // The place that the address names: an element, or a finding inside a cause that was not opened yet.
  const reveal = async () => {
    const name = decodeURIComponent(location.hash.slice(1));
    let target = byId(name);
    if (name.startsWith("f-") && !target && byId("evidence")) {
      const data = await evidence();
      const cause = byId(`c-${data.causeOf.get(name.slice(2))}`);
      if (!cause) return;
      await open(cause);
      cause.extendTo(name.slice(2));
      target = byId(name);
    }
    if (!target) return;
    for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) {
      around.hidden = false;
      around.open = true;
    }
    if (target.matches(".cause")) await open(target);
    if (target.matches("details")) target.querySelector("summary").focus({ preventScroll: true });
    target.scrollIntoView();
  };

  // ---- Filters and order: kept in the address, so that a link shows the same.
  const list = byId("list");
  const causes = list ? [...list.children] : [];
  const rows = [...byId("rows").rows];
  const NAMES = ["words", "vendor", "tier", "state", "differs", "standing"];
  const order = { causes: "weight", operations: "" };
  const limit = { causes: STEP, operations: STEP };

  const words = new WeakMap();
  const wordsOf = (element) => {
    let text = words.get(element);
    if (text === undefined) {
      const rules = [...element.querySelectorAll("td[title]")].map((cell) => cell.title);
      text = `${(element.querySelector("summary") ?? element).textContent} ${element.id.slice(2)} ${rules.join(" ")}`.toLowerCase();
      words.set(element, text);
    }
    return text;
  };

  const fitting = (elements, names) => {
    const asked = names.filter((name) => form[name]?.value).map((name) => [name, form[name].value]);
    const sought = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (element, name, value) => name === "standing" ? element.dataset.standing === value : (element.dataset[name] ?? "").split(" ").includes(value);
    return elements.filter((element) => asked.every(([name, value]) => has(element, name, value))
      && sought.every((word) => wordsOf(element).includes(word)));
  };

  // Show the elements that fit, as far as the limit; the button below says how many are left.
  const sift = (name, elements, names) => {
    const fit = fitting(elements, names);
    const shown = new Set(fit.slice(0, limit[name]));
    for (const element of elements) if (element.hidden === shown.has(element)) element.hidden = !element.hidden;
    const more = byId(`more-${name}`);
    if (more) {
      more.hidden = fit.length <= limit[name];
      more.textContent = `Show the other ${count.format(fit.length - limit[name])}`;
    }
    return fit.length;
  };

  const apply = () => {
    const shownCauses = sift("causes", list ? [...list.children] : [], ["vendor", "tier", "standing"]);
    const shownRows = sift("operations", [...byId("rows").rows], ["vendor", "tier", "state", "differs"]);
    const told = [`${count.format(shownRows)} of ${count.format(rows.length)} operations and tests`];
    if (causes.length) told.unshift(`${count.format(shownCauses)} of ${count.format(causes.length)} causes`);
    const hasAll = shownCauses + shownRows === causes.length + rows.length;
    byId("shown").textContent = hasAll ? "" : told.join(", ");
  };

  const number = (text) => Number(text.replaceAll(",", "")) || 0;
  const cell = (index) => (row) => row.cells[index].textContent;
  const ROW_KEYS = {
    name: cell(0),
    tier: (row) => ["read", "write", "admin", "outbound", "destructive"].indexOf(row.dataset.tier),
    state: cell(2),
    requests: (row) => -number(row.cells[3].textContent),
  };
  const CAUSE_KEYS = {
    weight: () => 0,
    operations: (cause) => -number(cause.querySelector(".amount").textContent),
    findings: (cause) => -Number(cause.dataset.findings),
    place: (cause) => cause.querySelector(".what b").textContent,
    check: (cause) => cause.querySelector(".side i").textContent,
  };

  const compare = (one, two) => (typeof one === "string" ? one.localeCompare(two) : one - two);
  // The elements come in their first order, which stays where a key is the same.
  const sorted = (elements, key) => elements.map((element) => [key(element), element])
    .sort(([one], [two]) => compare(one, two)).map(([, element]) => element);

  const arrange = () => {
    for (const button of document.querySelectorAll("#sorts button")) button.setAttribute("aria-pressed", button.dataset.by === order.causes);
    if (list) list.append(...sorted(causes, CAUSE_KEYS[order.causes]));
    for (const head of document.querySelectorAll("th[data-sort]")) {
      if (head.dataset.sort === order.operations) head.setAttribute("aria-sort", head.dataset.sort === "requests" ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    byId("rows").append(...(order.operations ? sorted(rows, ROW_KEYS[order.operations]) : rows));
  };

  const write = () => {
    const query = new URLSearchParams();
    for (const name of NAMES) if (form[name]?.value) query.set(name, form[name].value);
    if (order.causes !== "weight") query.set("causes", order.causes);
    if (order.operations) query.set("operations", order.operations);
    const text = query.toString();
    history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
  };

  const read = () => {
    const query = new URLSearchParams(location.search);
    for (const name of NAMES) if (form[name]) form[name].value = query.get(name) ?? "";
    if (query.get("causes") in CAUSE_KEYS) order.causes = query.get("causes");
    if (document.querySelector(`th[data-sort="${CSS.escape(query.get("operations") ?? "")}"]`)) order.operations = query.get("operations");
    if (order.causes !== "weight" || order.operations) arrange();
  };

  const change = () => {
    limit.causes = limit.operations = STEP;
    apply();
    write();
  };

  const extend = (name, upTo) => {
    limit[name] = upTo;
    apply();
  };

  form.hidden = false;
  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(change));
  for (const link of document.querySelectorAll("a.filter")) {
    link.addEventListener("click", () => {
      for (const name of NAMES) if (form[name]) form[name].value = link.dataset[name] ?? "";
      change();
    });
  }
  for (const button of document.querySelectorAll("#sorts button")) {
    button.addEventListener("click", () => { order.causes = button.dataset.by; arrange(); change(); });
  }
  if (list) byId("sorts").hidden = false;
  for (const head of document.querySelectorAll("th[data-sort]")) {
    const button = make("button", "sort", ...head.childNodes);
    button.type = "button";
    button.addEventListener("click", () => {
      order.operations = order.operations === head.dataset.sort ? "" : head.dataset.sort;
      arrange();
      change();
    });
    head.append(button);
  }
  list?.addEventListener("toggle", (event) => event.target.matches(".cause") && event.target.open && open(event.target), true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      form.words.focus();
    }
  });
  for (const name of ["causes", "operations"]) byId(`more-${name}`)?.addEventListener("click", () => extend(name, Infinity));
  addEventListener("beforeprint", () => { extend("causes", Infinity); extend("operations", Infinity); });
  addEventListener("hashchange", reveal);
  read();
  apply();
  for (const whole of [list, byId("rows")]) whole?.classList.add("sifted");
  if (location.hash) reveal();
})();
