// Puts a view's HTML into the page and keeps open what the reader has folded open. The HTML is made by optlib's views,
// which escape all text of the workbook.

function folds(el) {
  return [...el.querySelectorAll("details")];
}

function name(fold, index) {
  const summary = fold.querySelector("summary");
  return fold.id || (summary && summary.className) || String(index);
}

function render({ model, el }) {
  const show = () => {
    const open = new Map(folds(el).map((fold, index) => [name(fold, index), fold.open]));
    const height = el.offsetHeight;
    el.style.minHeight = `${height}px`;
    el.innerHTML = model.get("markup");
    folds(el).forEach((fold, index) => {
      const known = open.get(name(fold, index));
      if (known !== undefined) fold.open = known;
    });
    el.style.minHeight = "";
  };
  // What is folded takes the focus, and JupyterLab's one-letter shortcuts would act on the notebook.
  el.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && event.key !== "Escape") event.stopPropagation();
  });
  model.on("change:markup", show);
  show();
  return () => model.off("change:markup", show);
}

export default { render };
