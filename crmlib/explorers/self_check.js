// The page's side of a self-check: it draws what is asked and what is replied. It knows no answer and judges nothing.

let made = 0;

const SECONDS_TO_REPLY = 6;
const SIGNS = { right: "✓", wrong: "✗", unreadable: "?" };

// A field for several lines. JupyterLab stops Enter there as well, so the new line is put in by hand (in a way that can be undone);
// in the middle of a Chinese word Enter belongs to the input method.
function lines(attributes) {
  const area = element("textarea", { ...attributes, ...OWN_KEYS });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!document.execCommand("insertText", false, "\n")) area.setRangeText("\n", area.selectionStart, area.selectionEnd, "end");
  });
  return area;
}

// A group of options under a heading. Radio buttons of one name are one tab stop.
function choices(heading, options, { type, name, given }) {
  const box = element("fieldset", {}, element("legend", {}, heading));
  for (const option of options) {
    const input = element("input", { type, name, value: option.id, checked: given.includes(option.id), ...OWN_KEYS });
    box.append(element("label", { class: "crm-option" }, input, element("span", {}, option.text)));
  }
  return { box, chosen: () => [...box.querySelectorAll("input:checked")].map((input) => input.value) };
}

// A heading with what belongs to it, for questions that are answered in several places.
function together(question, page) {
  const id = `${page.prefix}-${question.id}-text`;
  return element("div", { role: "group", "aria-labelledby": id }, element("p", { class: "crm-asked", id }, page.asked(question)));
}

// A way to answer: the elements, the answer as it stands and, where a reply is more than a verdict, what to do with it.
function options(question, page, type) {
  const name = `${page.prefix}-${question.id}`;
  const { box, chosen } = choices(page.asked(question), question.options, { type, name, given: [question.given || []].flat() });
  if (type === "checkbox") box.firstChild.after(element("p", { class: "crm-small" }, page.words.choose_several));
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
  const parts = [label, hint, field, " ", page.button(page.words.check)];
  if (question.again) parts.push(page.button(page.words.again, () => page.again(question)));
  return { parts, answer: () => field.value.trim() };
}

function trueFalse(question, page) {
  const box = together(question, page);
  const given = question.given || {};
  const group = (heading, options, part) => choices(heading, options, { type: "radio", name: `${page.prefix}-${question.id}-${part}`, given: [given[part]] });
  const holds = group(page.words.judge, question.judgements, "holds");
  const reason = group(page.words.reason, question.options, "reason");
  box.append(holds.box, reason.box);
  box.addEventListener("change", () => { if (page.isStale(question, false)) page.tell(question, null); });
  const answer = () => {
    const [judged, why] = [holds.chosen()[0], reason.chosen()[0]];
    return judged || why ? { holds: judged || "", reason: why || "" } : null;
  };
  return { parts: [box, page.button(page.words.check)], answer };
}

function matching(question, page) {
  const box = together(question, page);
  const given = { ...(page.drafts.get(question.id) || {}), ...(question.given || {}) };
  const fields = question.pairs.map((pair) => {
    const id = `${page.prefix}-${question.id}-${pair.id}`;
    const field = element("select", { id, ...OWN_KEYS }, element("option", { value: "" }, page.words.choose));
    for (const option of question.options) field.append(element("option", { value: option.id, selected: given[pair.id] === option.id }, option.text));
    box.append(element("div", { class: "crm-pair" }, element("label", { for: id }, pair.text), field));
    return [pair.id, field];
  });
  const answer = () => {
    const chosen = fields.filter(([, field]) => field.value).map(([id, field]) => [id, field.value]);
    return chosen.length ? Object.fromEntries(chosen) : null;
  };
  box.addEventListener("change", () => {
    page.drafts.set(question.id, answer() || {});
    if (page.isStale(question, !answer())) page.tell(question, null);
  });
  return { parts: [box, page.button(page.words.check)], answer };
}

function ordering(question, page) {
  const box = together(question, page);
  const texts = Object.fromEntries(question.options.map((option) => [option.id, option.text]));
  let order = page.drafts.get(question.id) || question.options.map((option) => option.id);
  const list = element("ol", { class: "crm-order" });
  const spoken = element("p", { class: "crm-spoken", role: "status" });
  const fill = (words, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, () => value), words);
  const rows = new Map(order.map((id) => {
    const arrow = (words, sign, by) => {
      const made = page.button(sign, () => move(id, by, made));
      made.setAttribute("aria-label", fill(words, { text: texts[id] }));
      return made;
    };
    const row = element("li", {}, element("span", {}, texts[id]), arrow(page.words.up, "↑", -1), arrow(page.words.down, "↓", 1));
    return [id, row];
  }));
  const place = () => list.replaceChildren(...order.map((id) => rows.get(id)));
  function move(id, by, pressed) {
    const from = order.indexOf(id);
    const to = Math.min(Math.max(from + by, 0), order.length - 1);
    order = order.filter((each) => each !== id);
    order.splice(to, 0, id);
    place();
    pressed.focus(); // a row that was moved has lost the focus
    spoken.textContent = fill(page.words.at_place, { text: texts[id], place: to + 1, count: order.length });
    page.drafts.set(question.id, order);
    if (from !== to && page.isStale(question, false)) page.tell(question, null);
  }
  place();
  box.append(element("p", { class: "crm-small" }, page.words.put_in_order), list, spoken);
  return { parts: [box, page.button(page.words.check)], answer: () => [...order] };
}

function recall(question, page) {
  const id = `${page.prefix}-${question.id}`;
  const label = element("label", { class: "crm-asked", for: id }, page.asked(question));
  const hint = element("p", { class: "crm-small", id: `${id}-hint` }, question.hint);
  const area = lines({ id, rows: 5, "aria-describedby": `${id}-hint` });
  area.value = page.drafts.get(question.id) || question.given || "";
  area.addEventListener("input", () => {
    page.drafts.set(question.id, area.value);
    if (page.isStale(question, !area.value.trim())) page.tell(question, null);
  });
  return { parts: [label, hint, area, page.button(page.words.check)], answer: () => area.value.trim() };
}

function written(question, page) {
  const box = element("div");
  const heading = element("p", { class: "crm-asked", id: `${page.prefix}-${question.id}-text` }, page.asked(question));
  box.append(heading);
  const ticked = { ...(question.given || {}) };
  const follow = question.parts.map((part, number) => {
    const id = `${page.prefix}-${question.id}-${number}`;
    const area = lines({ id, rows: 4, "aria-describedby": heading.id });
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
  true_false: trueFalse,
  matching,
  ordering,
  list: recall,
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
  const consent = element("div", { class: "crm-consent", role: "status" });
  root.append(questions, consent, steps);
  let drawn = new Map();
  let waiting = null;

  const page = {
    words,
    prefix: `crm-check-${made}-${Math.random().toString(36).slice(2, 8)}`,
    drafts: new Map(),
    pressed: false,
    asking: null, // the question that is to have the focus once it is drawn anew
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
    again: (question) => {
      page.pressed = true;
      page.asking = question.id;
      send({ do: "again", id: question.id }, drawn.get(question.id).status);
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
    // A question that stays as it is keeps what was typed into it and not sent yet.
    const kept = drawn;
    drawn = new Map(model.get("shown").map((question) => {
      const written = JSON.stringify({ ...question, given: null });
      const old = kept.get(question.id);
      return [question.id, old && old.written === written && page.asking ? old : { ...block(question), written }];
    }));
    questions.replaceChildren(...[...drawn.values()].map(({ form }) => form));
    if ((model.get("end").lines || []).length) questions.append(showEnd());
    showSteps();
    const { pressed } = page;
    showReplies();
    if (pressed) {
      // Who went on by keyboard starts at the new question, not at the top of the page.
      const from = page.asking && drawn.has(page.asking) ? drawn.get(page.asking).form : questions;
      const first = from.querySelector("legend, .crm-asked, p");
      if (first) {
        first.setAttribute("tabindex", "-1");
        first.focus();
      }
    }
    page.asking = null;
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

  // Asked once in the whole course: whether answers here count for revision.
  function showConsent() {
    const { ask, yes, no, said } = model.get("consent") || {};
    consent.hidden = !ask && !said;
    const buttons = ask ? [page.button(yes, () => model.send({ do: "count", yes: true })), page.button(no, () => model.send({ do: "count", yes: false }))] : [];
    consent.replaceChildren(element("p", { class: "crm-small" }, ask || said || ""), ...buttons);
  }

  showQuestions();
  showConsent();
  const draw = () => showQuestions();
  model.on("change:consent", showConsent);
  model.on("change:shown", draw);
  model.on("change:end", draw);
  model.on("change:replies", showReplies);
  el.append(root);
  return () => {
    clearTimeout(waiting);
    model.off("change:consent", showConsent);
    model.off("change:shown", draw);
    model.off("change:end", draw);
    model.off("change:replies", showReplies);
  };
}

export default { render };
