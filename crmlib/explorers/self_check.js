// The page's side of a self-check: it draws what is asked and what is replied. It knows no answer and judges nothing.

let made = 0;

function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...inside);
  return made;
}

// JupyterLab would keep arrow keys, Enter and letters for itself unless the element that has the focus says no.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };
const SECONDS_TO_REPLY = 6;
const SIGNS = { right: "✓", wrong: "✗", unreadable: "?" };

// A way to answer: the elements, the answer as it stands and, where a reply is more than a verdict, what to do with it.
function options(question, page, type) {
  const box = element("fieldset", {}, element("legend", {}, page.asked(question)));
  if (type === "checkbox") box.append(element("p", { class: "crm-small" }, page.words.choose_several));
  const given = [question.given || []].flat();
  for (const option of question.options) {
    const checked = given.includes(option.id);
    const input = element("input", { type, name: `${page.prefix}-${question.id}`, value: option.id, checked, ...OWN_KEYS });
    box.append(element("label", { class: "crm-option" }, input, element("span", {}, option.text)));
  }
  const chosen = () => [...box.querySelectorAll("input:checked")].map((input) => input.value);
  box.addEventListener("change", () => { if (page.isStale(question, !chosen().length)) page.tell(question, null); });
  return { parts: [box, page.button(page.words.check)], answer: () => (type === "radio" ? chosen()[0] || null : chosen()) };
}

function number(question, page) {
  const id = `${page.prefix}-${question.id}`;
  const label = element("label", { class: "crm-asked", for: id }, page.asked(question));
  const hint = element("p", { class: "crm-small", id: `${id}-hint` }, question.hint);
  const field = element("input", { type: "text", id, autocomplete: "off", "aria-describedby": `${id}-hint`, ...OWN_KEYS });
  field.value = question.given || "";
  field.addEventListener("input", () => { if (page.isStale(question, !field.value.trim())) page.tell(question, null); });
  return { parts: [label, hint, field, " ", page.button(page.words.check)], answer: () => field.value.trim() };
}

function written(question, page) {
  const box = element("div");
  const heading = element("p", { class: "crm-asked", id: `${page.prefix}-${question.id}-text` }, page.asked(question));
  box.append(heading);
  const ticked = { ...(question.given || {}) };
  const follow = question.parts.map((part, number) => {
    const id = `${page.prefix}-${question.id}-${number}`;
    const area = element("textarea", { id, rows: 4, "aria-describedby": heading.id, ...OWN_KEYS });
    const draft = `${question.id}/${number}`;
    area.value = page.drafts.get(draft) || "";
    area.addEventListener("input", () => page.drafts.set(draft, area.value));
    const show = page.button(page.words.compare, () => page.tell(question, { ...ticked, [number]: ticked[number] || [] }));
    const model = element("div", { class: "crm-model" });
    const earned = element("p", { role: "status" });
    box.append(element("label", { for: id, class: "crm-asked" }, part), area, show, model, earned);
    return (reply) => {
      if (!reply) return;
      ticked[number] = reply.ticked;
      earned.textContent = reply.earned;
      if (model.childNodes.length) return;
      const points = element("fieldset", {}, element("legend", {}, page.words.marking));
      reply.points.forEach((text, place) => {
        const input = element("input", { type: "checkbox", value: place, checked: reply.ticked.includes(place), ...OWN_KEYS });
        points.append(element("label", { class: "crm-option" }, input, element("span", {}, text)));
      });
      points.addEventListener("change", () => {
        ticked[number] = [...points.querySelectorAll("input:checked")].map((input) => Number(input.value));
        page.tell(question, { ...ticked });
      });
      show.hidden = true;
      const answer = element("div", { class: "crm-reply", tabindex: -1 }, element("p", { class: "crm-verdict" }, page.words.answer), element("p", {}, reply.answer));
      model.append(answer, points);
      if (page.pressed) answer.focus();
    };
  });
  return { parts: [box], answer: () => null, replied: (reply) => follow.forEach((each, number) => each((reply.parts || {})[number])) };
}

// A new kind of question that is answered in a new way adds its way here.
const FORMS = {
  choice: (question, page) => options(question, page, "radio"),
  several: (question, page) => options(question, page, "checkbox"),
  number,
  written,
};

function reply(status, found) {
  status.className = `crm-reply crm-${found.mark || "none"}`;
  status.replaceChildren();
  if (!found.mark) return;
  const sign = element("span", { "aria-hidden": "true" }, `${SIGNS[found.mark]} `);
  status.append(element("p", { class: "crm-verdict" }, sign, found.said), ...found.lines.map((line) => element("p", {}, line)));
}

function render({ model, el }) {
  made += 1;
  const words = model.get("words");
  const root = element("section", { class: "crm-check", lang: model.get("language"), "aria-label": model.get("name") });
  const questions = element("div");
  const steps = element("div", { class: "crm-steps" });
  root.append(questions, steps);
  let drawn = new Map();
  let waiting = null;

  const page = {
    words,
    prefix: `crm-check-${made}-${Math.random().toString(36).slice(2, 8)}`,
    drafts: new Map(),
    pressed: false,
    asked: (question) => `${question.place}. ${question.text}`,
    // A reply goes once the answer is emptied, a "right" also once it is changed; a hint stays while one tries again.
    isStale: (question, empty) => {
      const { mark } = model.get("replies")[question.id] || {};
      return mark === "right" || (empty && Boolean(mark));
    },
    button: (text, press) => {
      const made = element("button", { type: press ? "button" : "submit", ...OWN_KEYS }, text);
      if (press) made.addEventListener("click", press);
      return made;
    },
    tell: (question, given) => {
      page.pressed = true;
      send({ do: "answer", id: question.id, given }, drawn.get(question.id).status);
    },
  };

  function send(content, status) {
    clearTimeout(waiting);
    waiting = setTimeout(() => reply(status, { mark: "unreadable", said: words.silent, lines: [] }), SECONDS_TO_REPLY * 1000);
    model.send(content);
  }

  function block(question) {
    const status = element("div", { class: "crm-reply", role: "status" });
    const form = element("form", { novalidate: true });
    const way = FORMS[question.form](question, page);
    form.append(...way.parts, status);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      page.tell(question, way.answer());
    });
    // JupyterLab stops the browser's own "Enter sends the form". In the middle of a Chinese word Enter belongs to the input method.
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT" || question.form === "written") return;
      event.preventDefault();
      form.requestSubmit();
    });
    return { form, status, way };
  }

  const go = (place) => {
    page.pressed = true;
    send({ do: "go", place }, moved);
  };
  const moved = element("div", { class: "crm-reply", role: "status" });

  function showSteps() {
    const { place, count, words: spoken } = model.get("steps");
    steps.hidden = !count;
    if (!count) return;
    const back = page.button(words.back, () => go(place - 1));
    back.disabled = place === 1;
    const parts = [back];
    if (place <= count) parts.push(page.button(place === count ? words.finish : words.next, () => go(place + 1)));
    steps.replaceChildren(...parts, element("span", {}, spoken), moved);
  }

  function showEnd() {
    const { lines, heading, again } = model.get("end");
    const list = element("ul");
    for (const { place, text } of again) {
      const link = page.button(text, () => go(place));
      link.className = "crm-go";
      list.append(element("li", {}, link));
    }
    return element("div", {}, ...lines.map((line) => element("p", {}, line)), element("p", { class: "crm-asked" }, heading), ...(again.length ? [list] : []));
  }

  function showQuestions() {
    clearTimeout(waiting);
    reply(moved, {});
    drawn = new Map(model.get("shown").map((question) => [question.id, block(question)]));
    questions.replaceChildren(...[...drawn.values()].map(({ form }) => form));
    if ((model.get("end").lines || []).length) questions.append(showEnd());
    showSteps();
    const { pressed } = page;
    showReplies();
    if (pressed) {
      // Who went on by keyboard starts at the new question, not at the top of the page.
      const first = questions.querySelector("legend, .crm-asked, p");
      if (first) {
        first.setAttribute("tabindex", "-1");
        first.focus();
      }
    }
  }

  const before = new Map();
  function showReplies() {
    clearTimeout(waiting);
    const replies = model.get("replies");
    for (const [id, { status, way }] of drawn) {
      const found = replies[id];
      if (!found) continue;
      const fresh = before.get(id) !== found.number || !status.childNodes.length; // the others must not be spoken again
      if (fresh) reply(status, found);
      if (way.replied) way.replied(found);
      before.set(id, found.number);
    }
    page.pressed = false;
  }

  showQuestions();
  const draw = () => showQuestions();
  model.on("change:shown", draw);
  model.on("change:end", draw);
  model.on("change:replies", showReplies);
  el.append(root);
  return () => {
    clearTimeout(waiting);
    model.off("change:shown", draw);
    model.off("change:end", draw);
    model.off("change:replies", showReplies);
  };
}

export default { render };
