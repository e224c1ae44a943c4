// The plan to the exam: two fields, and what Python makes of them.

function table({ caption, headings, rows }) {
  const line = (cells, tag) => element("tr", {}, ...cells.map((cell) => element(tag, tag === "th" ? { scope: "col" } : {}, String(cell))));
  return element("table", {}, element("caption", {}, caption), element("thead", {}, line(headings, "th")), element("tbody", {}, ...rows.map((row) => line(row, "td"))));
}

let made = 0;

function render({ model, el }) {
  made += 1;
  const words = model.get("words");
  const own = { "data-lm-suppress-shortcuts": "true" };
  const exam = element("input", { type: "date", id: `crm-plan-${made}-exam`, ...own });
  const minutes = element("input", { type: "number", min: 1, max: 600, id: `crm-plan-${made}-minutes`, ...own });
  const press = element("button", { type: "submit", ...own }, words.make);
  const form = element("form", { novalidate: true }, element("label", { for: exam.id }, words.exam), exam, element("label", { for: minutes.id }, words.minutes), minutes, press);
  const said = element("div", { role: "status" });
  const counting = element("input", { type: "checkbox", id: `crm-plan-${made}-counting`, ...own });
  const agreed = element("p", { class: "crm-counting" }, counting, " ", element("label", { for: counting.id }, words.counting));
  counting.addEventListener("change", () => model.send({ counting: counting.checked }));
  const root = element("section", { class: "crm-plan", lang: model.get("language"), "aria-label": words.name }, form, said, agreed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    model.send({ exam: exam.value, minutes: minutes.value });
  });
  // JupyterLab stops the browser's own "Enter sends the form".
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    form.requestSubmit();
  });
  const draw = () => {
    exam.value = model.get("exam");
    minutes.value = model.get("minutes");
    counting.checked = model.get("counting");
    const tables = model.get("tables").map((each) => element("div", { class: "crm-wide", role: "group", tabindex: 0, "aria-label": each.caption, ...own }, table(each)));
    said.replaceChildren(...model.get("lines").map((line) => element("p", {}, line)), ...tables);
  };
  const refuse = () => {
    if (model.get("refused")) said.replaceChildren(element("p", { class: "crm-refused" }, model.get("refused")));
  };
  draw();
  const changes = ["lines", "tables", "exam", "minutes", "counting"];
  for (const name of changes) model.on(`change:${name}`, draw);
  model.on("change:refused", refuse);
  el.append(root);
  return () => {
    for (const name of changes) model.off(`change:${name}`, draw);
    model.off("change:refused", refuse);
  };
}

export default { render };
