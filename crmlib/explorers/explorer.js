// The page's side of an explorer: question, controls, sentence, picture. It draws nothing and computes nothing.

let made = 0;

function slider(control, id, tell) {
  const last = control.texts.length - 1;
  const input = element("input", { type: "range", id, min: 0, max: last, step: 1, ...OWN_KEYS });
  const shown = element("output", { for: id, "aria-hidden": "true" });
  shown.style.minWidth = `${Math.max(...control.texts.map((text) => text.length))}ch`;
  input.addEventListener("input", () => tell(Number(input.value)));
  input.addEventListener("keydown", (event) => {
    const leap = { PageUp: 1, PageDown: -1 }[event.key];
    if (!leap) return;
    event.preventDefault();
    const step = Math.max(1, Math.round(last / 10));
    input.value = Number(input.value) + leap * step;
    tell(Number(input.value));
  });
  const show = (place) => {
    if (Number(input.value) !== place) input.value = place;
    input.setAttribute("aria-valuetext", control.texts[place]);
    shown.textContent = control.texts[place];
  };
  return { parts: [input, shown], show };
}

function toggle(control, id, tell) {
  const input = element("input", { type: "checkbox", role: "switch", id, ...OWN_KEYS });
  const shown = element("output", { for: id, "aria-hidden": "true" });
  input.addEventListener("change", () => tell(input.checked ? 1 : 0));
  const show = (place) => {
    input.checked = place === 1;
    shown.textContent = control.texts[place];
  };
  return { parts: [input, shown], show };
}

function choice(control, id, tell) {
  const select = element("select", { id, ...OWN_KEYS });
  control.texts.forEach((text, place) => select.append(element("option", { value: place }, text)));
  select.addEventListener("change", () => tell(Number(select.value)));
  const show = (place) => { select.value = String(place); };
  return { parts: [select], show };
}

const KINDS = { slider, switch: toggle, choice };

function render({ model, el }) {
  made += 1;
  const prefix = `crm-explorer-${made}-${Math.random().toString(36).slice(2, 8)}`;
  const question = element("p", { class: "crm-question", id: `${prefix}-question` }, model.get("question"));
  const controls = element("div", { class: "crm-controls" });
  const sentence = element("p", { class: "crm-sentence", role: "status", "aria-live": "polite" });
  const image = element("img", { class: "crm-picture" });
  const frame = element("div", { class: "crm-frame" }, image);
  const root = element("section", { class: "crm-explorer", lang: model.get("language"), "aria-labelledby": `${prefix}-question` }, question, controls, sentence, frame);

  const shown = model.get("controls").map((control, number) => {
    const tell = (place) => {
      const places = [...model.get("places")];
      places[number] = place;
      one.show(place); // the number follows the finger at once, the picture when the kernel has answered
      model.set("places", places);
      model.save_changes();
    };
    const id = `${prefix}-${control.name}`;
    const one = KINDS[control.kind](control, id, tell);
    controls.append(element("div", { class: `crm-control crm-${control.kind}` }, element("label", { for: id }, control.label), ...one.parts));
    return one;
  });

  const showPlaces = () => model.get("places").forEach((place, number) => shown[number].show(place));
  const showSentence = () => {
    sentence.textContent = model.get("sentence");
    image.alt = model.get("sentence");
  };
  const showPicture = () => {
    const [width, height] = model.get("picture_size");
    image.width = width;
    image.height = height;
    const view = model.get("jpeg");
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const parts = [];
    for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode.apply(null, bytes.subarray(at, at + 8192)));
    image.src = "data:image/jpeg;base64," + btoa(parts.join(""));
  };
  const sharpen = () => {
    const ratio = window.devicePixelRatio || 1;
    if (ratio !== model.get("ratio")) {
      model.set("ratio", ratio);
      model.save_changes();
    }
  };

  // Where the picture is wider than the screen its frame scrolls, and what scrolls must be reachable by keyboard.
  const reachable = new ResizeObserver(() => {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  });
  reachable.observe(frame);

  const followed = Object.entries({ "change:places": showPlaces, "change:sentence": showSentence, "change:jpeg": showPicture });
  for (const [change, show] of followed) {
    show();
    model.on(change, show);
  }
  sharpen();
  window.addEventListener("resize", sharpen); // zooming, or another screen
  el.append(root);
  return () => {
    for (const [change, show] of followed) model.off(change, show);
    window.removeEventListener("resize", sharpen);
    reachable.disconnect();
  };
}

export default { render };
