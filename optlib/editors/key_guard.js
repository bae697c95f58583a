// JupyterLab hears every key that bubbles up to the page: `a` in a button inserts a cell, `d d` deletes the form's own.

function guarded(event) {
  const passes = event.ctrlKey || event.metaKey || event.key === "Escape";
  if (!passes) event.stopPropagation();
}

function attach(el) {
  const root = el.closest(".optlib-editor");
  if (root) root.addEventListener("keydown", guarded);
  return Boolean(root);
}

function render({ el }) {
  el.style.display = "none";
  let stopped = false;
  const wait = () => {
    if (!stopped && !attach(el)) requestAnimationFrame(wait);
  };
  wait();
  return () => {
    stopped = true;
  };
}

export default { render };
