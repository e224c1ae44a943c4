// What every widget's page starts from.

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

