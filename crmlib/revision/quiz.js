// What a quiz has besides a self-check: the choice of a topic, a rating for written answers, and ways to the lessons.

// A link to a section of a lesson: JupyterLab opens it beside this notebook, any other page follows the address.
function lessonLink(text, link) {
  const made = element("a", { href: link }, text);
  const here = decodeURIComponent(window.location.pathname).match(/\/(?:lab|doc|notebooks)(?:\/workspaces\/[^/]+)?(?:\/tree)?\/(.*\.ipynb)$/);
  if (here) {
    const [file, anchor] = link.split("#");
    const path = here[1].replace(/[^/]*$/, "") + file;
    made.dataset.commandlinkerCommand = "rendermime:handle-local-link";
    made.dataset.commandlinkerArgs = JSON.stringify({ path, id: anchor ? `#${anchor}` : "" });
  }
  return made;
}

function renderQuiz({ model, el }) {
  const stop = render({ model, el });
  const root = el.querySelector(".crm-check");
  const words = () => model.get("words");
  const button = (text, press) => {
    const made = element("button", { type: "button", ...OWN_KEYS }, text);
    made.addEventListener("click", press);
    return made;
  };

  const head = element("div", { class: "crm-topics" });
  const notices = element("div", { class: "crm-reply", role: "status" });
  const rating = element("div", { class: "crm-rating", role: "group" });
  const read = element("ul", { class: "crm-read" });
  root.prepend(notices, head);
  root.querySelector(".crm-steps").before(rating, read);

  function showTopics() {
    const id = `crm-topic-${Math.random().toString(36).slice(2, 8)}`;
    const select = element("select", { id, ...OWN_KEYS });
    const option = ({ value, text }) => element("option", { value, selected: value === model.get("topic") }, text);
    for (const each of model.get("topics")) {
      select.append(each.options ? element("optgroup", { label: each.group }, ...each.options.map(option)) : option(each));
    }
    head.replaceChildren(element("label", { for: id }, words().topic), select, button(words().start, () => model.send({ do: "begin", topic: select.value })));
  }

  function showRating() {
    const { ask, words: names, suggested, chosen } = model.get("rating");
    rating.hidden = !ask;
    if (!ask) return;
    rating.setAttribute("aria-label", ask);
    rating.replaceChildren(element("p", {}, ask), ...names.map((name, place) => {
      const made = button(name, () => model.send({ do: "rate", rating: place + 1 }));
      made.disabled = Boolean(chosen);
      if ((chosen || suggested) === place + 1) made.className = "crm-suggested";
      if (chosen) made.setAttribute("aria-pressed", String(chosen === place + 1));
      return made;
    }));
  }

  function showRead() {
    read.hidden = !model.get("read").length;
    read.replaceChildren(...model.get("read").map(({ text, section, link, topic }) => {
      const parts = [text, " "];
      if (link) parts.push(lessonLink(section || words().read, link), " ");
      parts.push(button(words().once_more, () => model.send({ do: "begin", topic })));
      return element("li", {}, ...parts);
    }));
  }

  function showNotices() {
    notices.replaceChildren(...model.get("notices").map((line) => element("p", {}, line)));
  }

  const followed = [["topics", showTopics], ["topic", showTopics], ["rating", showRating], ["read", showRead], ["notices", showNotices]];
  for (const [name, show] of followed) {
    show();
    model.on(`change:${name}`, show);
  }
  return () => {
    stop();
    for (const [name, show] of followed) model.off(`change:${name}`, show);
  };
}

export default { render: renderQuiz };
