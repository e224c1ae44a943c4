// The glossary with a box to search it. Tones, spaces and capital letters make no difference.

function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f\s'’-]/g, "").toLowerCase();

let made = 0;

function render({ model, el }) {
  made += 1;
  const id = `crm-glossary-${made}-${Math.random().toString(36).slice(2, 8)}`;
  const words = model.get("words");
  const field = element("input", { type: "search", id, autocomplete: "off", "data-lm-suppress-shortcuts": "true" });
  const count = element("span", { role: "status" });
  const languages = ["en", "zh-CN", "zh-Latn-pinyin"];
  const rows = model.get("terms").map(({ cells, more }) => {
    const row = element("tr", {});
    cells.forEach((cell, place) => {
      const made = element(place === 0 ? "th" : "td", place === 0 ? { scope: "row" } : {}, cell);
      if (languages[place]) made.lang = languages[place];
      row.append(made);
    });
    return { row, searched: [...cells, more].map(plain) };
  });
  const head = element("tr", {}, ...model.get("headings").map((heading) => element("th", { scope: "col" }, heading)));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows.map(({ row }) => row)));
  const box = element("div", { class: "crm-scroll", role: "group", tabindex: "0", "data-lm-suppress-shortcuts": "true", "aria-label": words.name }, table);
  const search = () => {
    const wanted = plain(field.value);
    let found = 0;
    for (const { row, searched } of rows) {
      row.hidden = !searched.some((text) => text.includes(wanted));
      found += row.hidden ? 0 : 1;
    }
    count.textContent = words.found.replace("{count}", found);
  };
  field.addEventListener("input", search);
  search();
  el.append(element("section", { class: "crm-glossary", lang: model.get("language"), "aria-label": words.name }, element("label", { for: id }, words.search), " ", field, " ", count, box));
}

export default { render };
