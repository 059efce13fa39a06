
"use strict";
// Filters, copying, and opening the cause that a link points at. Without this the page is complete, only longer.
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const rows = [...document.getElementById("rows").rows].map((row) => ({ row, words: `${row.textContent} ${row.dataset.rule}`.toLowerCase(), ...row.dataset }));
  const count = new Intl.NumberFormat("en");

  const apply = () => {
    const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (one) => ["vendor", "tier", "state", "differs"].every((name) => !form[name]?.value || one[name].split(" ").includes(form[name].value))
      && words.every((word) => one.words.includes(word));
    let visible = 0;
    for (const one of rows) {
      const fit = fits(one);
      if (one.row.hidden === fit) one.row.hidden = !fit;
      visible += fit;
    }
    shown.textContent = `${count.format(visible)} of ${count.format(rows.length)} operations`;
  };

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const inside = target && target.closest("details");
    if (inside) {
      inside.open = true;
      target.scrollIntoView();
    }
  };

  const copy = async (button) => {
    const source = button.closest("h3").nextElementSibling;
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  for (const link of document.querySelectorAll("a.filter")) {
    link.addEventListener("click", () => {
      form.reset();
      for (const [name, value] of Object.entries(link.dataset)) form[name].value = value;
      apply();
    });
  }
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      form.words.focus();
    }
  });
  addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
