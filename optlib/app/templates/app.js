// What a notebook's page does beside Voilà's own script: the theme, how far it has come, and whether it still is connected.
(() => {
  "use strict";
  const ALIVE_EVERY = 4000;
  const LONGEST_WAIT = 60000;
  const LOADING = "Loading widget...";
  const PENDING = 'script[type="application/vnd.voila.cell-output+json"]';
  const element = (id) => document.getElementById(id);

  function followTheme() {
    const chosen = document.body.dataset.theme;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const isDark = chosen === "dark" || (chosen === "system" && dark.matches);
      document.body.dataset.jpThemeLight = String(!isDark);
      document.body.dataset.jpThemeName = isDark ? "JupyterLab Dark" : "JupyterLab Light";
    };
    dark.addEventListener("change", apply);
    apply();
  }

  function say(text) {
    element("optlib-busy").textContent = text;
  }

  // ipywidgets gives a form two seconds by the clock to come, also while the page is too busy making forms to look. So
  // the clock stands still until they are there.
  function stopClock() {
    const now = Date.now;
    const then = now();
    Date.now = () => then;
    return () => (Date.now = now);
  }

  function isShown(output) {
    return output && output.offsetHeight > 0 && output.textContent !== LOADING;
  }

  // What stood in the place of a live view until Voilà's script had come goes once the view is there.
  function replaceFirst() {
    for (const first of document.querySelectorAll(".optlib-first")) {
      const live = first.parentElement.querySelector(".jp-OutputArea-output");
      if (isShown(live) || !first.textContent.trim()) first.remove();
    }
  }

  function isSettled() {
    const outputs = [...document.querySelectorAll(".jp-OutputArea-output")];
    return !document.querySelector(PENDING) && !outputs.some((output) => output.textContent === LOADING);
  }

  function settle(start, until) {
    replaceFirst();
    const isDone = isSettled() && !document.querySelector(".optlib-first");
    if (!isDone && performance.now() < until) {
      setTimeout(settle, 50, start, until);
      return;
    }
    start();
    say(isDone ? "" : "Not everything could be shown; load this page again.");
    document.body.dataset.ready = "true";
  }

  function listContents() {
    for (const heading of document.querySelectorAll(".jp-MarkdownOutput :is(h2, h3)[id]")) {
      const link = document.createElement("a");
      link.href = `#${encodeURIComponent(heading.id)}`;
      link.textContent = heading.textContent.replace("¶", "");
      element("optlib-contents").append(link);
    }
  }

  async function isAlive(kernel) {
    try {
      return (await fetch(`${document.body.dataset.root}alive/${kernel}`)).ok;
    } catch {
      return false;
    }
  }

  async function watch(kernel) {
    element("optlib-lost").hidden = await isAlive(kernel);
    setTimeout(() => watch(kernel), ALIVE_EVERY);
  }

  function openElsewhere(event) {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || link.origin === location.origin) return;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }

  window.voila_heartbeat = () => {};
  window.voila_process = (index, count) => say(`Reading the workbook: ${index} of ${count}`);
  window.voila_finish = () => {
    say("Getting the forms ready");
    listContents();
    watch(JSON.parse(element("jupyter-config-data").textContent).kernelId);
    settle(stopClock(), performance.now() + LONGEST_WAIT);
  };
  document.addEventListener("click", openElsewhere, true);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  followTheme();
})();
