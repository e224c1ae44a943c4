// What revising has besides a self-check: topics, ratings, ways to the lessons, weak spots, and the clock of a mock paper.
// Everything is drawn from what Python says; where it says nothing, nothing is there.

// A link to a section of a lesson: JupyterLab opens it beside this notebook, any other page follows the address.
// The address of the page says where the course lies among the server's files; where it does not, that is their root.
function lessonLink(text, link, language) {
  const made = element("a", { href: link }, text);
  const here = decodeURIComponent(window.location.pathname).match(/\/tree\/(.*?)(?:notebooks|assignments)\/[^/]+\//);
  const [file, anchor] = link.split("#");
  made.dataset.commandlinkerCommand = "rendermime:handle-local-link";
  made.dataset.commandlinkerArgs = JSON.stringify({ path: `${here ? here[1] : ""}notebooks/${language.slice(0, 2)}/${file}`, id: anchor ? `#${anchor}` : "" });
  return made;
}

function pressable(text, press) {
  const made = element("button", { type: "button", ...OWN_KEYS }, text);
  made.addEventListener("click", press);
  return made;
}

function table({ caption, headings, rows }) {
  const line = (cells, tag) => element("tr", {}, ...cells.map((cell) => element(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  const head = element("thead", {}, line(headings, "th"));
  return element("table", { class: "crm-table" }, element("caption", {}, caption), head, element("tbody", {}, ...rows.map((row) => line(row, "td"))));
}

// Where to read, and a quiz on just that.
function leads(model, { link, section, topic }) {
  const words = model.get("words");
  const more = pressable(words.once_more, () => model.send({ do: "begin", topic }));
  return [...(link ? [lessonLink(section || words.read, link, model.get("language")), " "] : []), ...(topic ? [more] : [])];
}

function topics(model, box) {
  const known = model.get("topics");
  box.hidden = !known.length;
  if (box.hidden) return;
  const id = `crm-topic-${Math.random().toString(36).slice(2, 8)}`;
  const select = element("select", { id, ...OWN_KEYS });
  const option = ({ value, text }) => element("option", { value, selected: value === model.get("topic") }, text);
  for (const each of known) {
    select.append(each.options ? element("optgroup", { label: each.group }, ...each.options.map(option)) : option(each));
  }
  const begin = pressable(model.get("words").start, () => model.send({ do: "begin", topic: select.value }));
  box.replaceChildren(element("label", { for: id }, model.get("words").topic), select, begin);
}

function rating(model, box) {
  const { ask, words, suggested, chosen } = model.get("rating");
  box.hidden = !ask;
  if (!ask) return;
  box.setAttribute("aria-label", ask);
  box.replaceChildren(element("p", {}, ask), ...words.map((word, place) => {
    const made = pressable(word, () => model.send({ do: "rate", rating: place + 1 }));
    made.disabled = Boolean(chosen);
    if ((chosen || suggested) === place + 1) made.className = "crm-suggested";
    if (chosen) made.setAttribute("aria-pressed", String(chosen === place + 1));
    return made;
  }));
}

function readAgain(model, box) {
  const found = model.get("read");
  box.hidden = !found.length;
  box.replaceChildren(...found.map((each) => element("li", {}, each.text, " ", ...leads(model, each))));
}

function spots(model, box) {
  const { picture, words, lessons, caption, headings, rows, note } = model.get("spots");
  box.hidden = !rows;
  if (!rows) return;
  const last = model.get("words").read;
  const drawn = table({ caption, headings: [...headings, last], rows: rows.map((row) => [...row.cells, ""]) });
  [...drawn.tBodies[0].rows].forEach((row, place) => row.lastChild.append(...leads(model, rows[place])));
  const image = element("img", { src: `data:image/png;base64,${picture}`, alt: words, class: "crm-mastery" });
  const wide = (made, label) => element("div", { class: "crm-wide", role: "group", tabindex: 0, "aria-label": label, ...OWN_KEYS }, made);
  box.replaceChildren(image, wide(table(lessons), lessons.caption), wide(drawn, caption), element("p", { class: "crm-small" }, note));
}

// A mock paper: before it, on the clock, and after it was handed in.
function sitting(model, root, { box, foot }) {
  const found = model.get("sitting");
  box.hidden = foot.hidden = !found.state;
  if (!found.state) return;
  root.classList.toggle("crm-running", found.state === "running");
  const forms = [...root.querySelectorAll("form")];
  const shown = model.get("shown");
  const handIn = () => {
    forms.forEach((form, place) => { if (shown[place].form !== "written") form.requestSubmit(); });
    model.send({ do: "hand_in" });
  };
  box.replaceChildren(element("p", { class: "crm-asked" }, found.title), ...found.lines.map((line) => element("p", {}, line)));
  foot.replaceChildren();
  if (found.state === "ready") box.append(pressable(found.start, () => model.send({ do: "start" })));
  if (found.state === "running") foot.append(pressable(found.hand_in, handIn));
  if (found.marks) box.append(element("div", { class: "crm-wide" }, table(found.marks)));
  forms.forEach((form, place) => {
    const heading = found.headings[String(shown[place].place)];
    if (heading && !form.previousElementSibling?.matches(".crm-section")) form.before(element("p", { class: "crm-section", role: "heading", "aria-level": 3 }, heading));
    for (const field of form.querySelectorAll("input, select, button, textarea")) {
      if (shown[place].form === "written") {
        if (field.tagName === "BUTTON" && !form.querySelector(".crm-model").childNodes.length) field.hidden = found.state === "running";
      } else {
        field.disabled = found.state === "marked";
      }
    }
  });
  return handIn;
}

function clock(model, box, timeUp) {
  const { state, ends, left } = model.get("sitting");
  box.hidden = state !== "running";
  if (box.hidden) return;
  const seconds = Math.max(0, Math.round(ends - Date.now() / 1000));
  const minutes = Math.floor(seconds / 60);
  box.textContent = left.replace("{minutes}", () => `${minutes}:${String(seconds % 60).padStart(2, "0")}`);
  if (!seconds) timeUp();
}

SIGNS.noted = "·";

function renderFace({ model, el }) {
  const stop = render({ model, el });
  const root = el.querySelector(".crm-check");
  const steps = root.querySelector(".crm-steps");
  const boxes = {
    notices: element("div", { class: "crm-reply", role: "status" }),
    topics: element("div", { class: "crm-topics" }),
    spots: element("div", {}),
    sitting: element("div", { class: "crm-sitting" }),
    clock: element("p", { class: "crm-clock", role: "timer" }),
    foot: element("div", {}),
    rating: element("div", { class: "crm-rating", role: "group" }),
    read: element("ul", { class: "crm-read" }),
  };
  root.prepend(boxes.notices, boxes.spots, boxes.topics, boxes.sitting, boxes.clock);
  steps.before(boxes.foot, boxes.rating, boxes.read);

  let handIn = () => {};
  const show = {
    notices: () => boxes.notices.replaceChildren(...model.get("notices").map((line) => element("p", {}, line))),
    topics: () => topics(model, boxes.topics),
    topic: () => topics(model, boxes.topics),
    rating: () => rating(model, boxes.rating),
    read: () => readAgain(model, boxes.read),
    spots: () => spots(model, boxes.spots),
    sitting: () => { handIn = sitting(model, root, { box: boxes.sitting, foot: boxes.foot }) || (() => {}); },
    shown: () => show.sitting(),
  };
  for (const [name, draw] of Object.entries(show)) {
    draw();
    model.on(`change:${name}`, draw);
  }
  let over = false;
  const timeUp = () => {
    if (!over) handIn();
    over = true;
  };
  const tick = () => clock(model, boxes.clock, timeUp);
  tick();
  const ticking = setInterval(tick, 1000);
  model.on("change:sitting", tick);
  return () => {
    clearInterval(ticking);
    stop();
    for (const [name, draw] of Object.entries(show)) model.off(`change:${name}`, draw);
    model.off("change:sitting", tick);
  };
}

export default { render: renderFace };
