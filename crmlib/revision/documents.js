// Buttons that open a page to print or save a file; Python makes them when they are wanted.

function render({ model, el }) {
  const root = document.createElement("section");
  root.className = "crm-documents";
  root.lang = model.get("language");
  root.setAttribute("aria-label", model.get("name"));
  model.get("buttons").forEach((words, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.lmSuppressShortcuts = "true";
    button.textContent = words;
    button.addEventListener("click", () => model.send({ place }));
    root.append(button);
  });
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  root.append(said);
  const tell = () => { said.textContent = model.get("said"); };
  tell();
  model.on("change:said", tell);
  const made = (content, buffers) => {
    const data = buffers[0];
    const file = new Blob([data.buffer ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data], { type: content.kind });
    const address = URL.createObjectURL(file);
    const link = document.createElement("a");
    link.href = address;
    if (content.kind === "text/html") {
      link.target = "_blank";
      link.rel = "noopener";
    } else {
      link.download = content.name;
    }
    link.textContent = content.name;
    said.replaceChildren(model.get("said"), " ", link); // also where the browser stops windows that open by themselves
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 600000);
  };
  model.on("msg:custom", made);
  el.append(root);
  return () => {
    model.off("change:said", tell);
    model.off("msg:custom", made);
  };
}

export default { render };
