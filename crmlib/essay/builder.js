// The page's side of the outline builder: it draws what can be chosen and shows the outline that Python writes.

let made = 0;


function render({ model, el }) {
  made += 1;
  const prefix = `crm-outline-${made}`;
  const words = model.get("words");
  const root = element("div", { class: "crm-outline", role: "group", "aria-label": model.get("name"), lang: model.get("language") });

  function send() {
    const chosen = {};
    for (const group of model.get("groups")) {
      chosen[group.id] = [...root.querySelectorAll(`input[data-group="${group.id}"]:checked`)].map((input) => input.value);
    }
    model.set("chosen", chosen);
    model.save_changes();
  }

  for (const group of model.get("groups")) {
    const box = element("fieldset", {}, element("legend", {}, group.heading));
    const options = element("div", { class: group.options.length > 6 ? "crm-many" : "crm-few" });
    for (const option of group.options) {
      const checked = (model.get("chosen")[group.id] || []).includes(option.id);
      const input = element("input", {
        type: group.one ? "radio" : "checkbox", name: `${prefix}-${group.id}`, value: option.id, checked, "data-group": group.id, ...OWN_KEYS,
      });
      input.addEventListener("change", send);
      options.append(element("label", {}, input, element("span", {}, option.text)));
    }
    box.append(options);
    root.append(box);
  }

  const advice = element("ul", { class: "crm-advice", "aria-live": "polite" });
  const text = element("textarea", { id: `${prefix}-text`, readonly: true, rows: 16, "aria-describedby": `${prefix}-use`, ...OWN_KEYS });
  root.append(
    advice,
    element("label", { for: `${prefix}-text`, class: "crm-title" }, words.skeleton),
    element("p", { id: `${prefix}-use`, class: "crm-use" }, words.use_skeleton),
    text,
  );

  const showText = () => { text.value = model.get("text"); };
  const showAdvice = () => advice.replaceChildren(...model.get("advice").map((line) => element("li", {}, line)));
  model.on("change:text", showText);
  model.on("change:advice", showAdvice);
  showText();
  showAdvice();
  el.append(root);
  return () => {
    model.off("change:text", showText);
    model.off("change:advice", showAdvice);
  };
}

export default { render };
