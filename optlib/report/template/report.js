"use strict";
(() => {
  let plotly = null;
  const root = document.documentElement;

  async function unpack() {
    const packed = document.querySelector("script#plotly-packed").textContent;
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  }

  function colours(layout) {
    const style = getComputedStyle(document.body);
    const grid = style.getPropertyValue("--line");
    const font = { ...layout.font, color: style.getPropertyValue("color") };
    const axis = (given) => ({ ...given, gridcolor: grid });
    const clear = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
    // The title stands above the figure, as text; a menu keeps its room.
    const margin = { ...layout.margin, t: layout.updatemenus ? 50 : 16 };
    return { ...layout, ...clear, margin, font, title: { text: "" }, xaxis: axis(layout.xaxis), yaxis: axis(layout.yaxis) };
  }

  async function draw(figure) {
    const place = figure.querySelector(".plot");
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    try {
      await (plotly ??= unpack());
      const { data, layout } = JSON.parse(figure.querySelector("script").textContent);
      // Without typesetting, two prices in a text are prices: there is no MathJax here to make a formula of them.
      const options = { responsive: true, displaylogo: false, typesetMath: false };
      await window.Plotly.newPlot(place, data, colours(layout), options);
    } catch {
      place.textContent = "This browser can't draw the figure; the tables above hold the same numbers.";
    }
  }

  async function drawAll(details) {
    // Only optlib's own figures hold a script: none can come from a cell's output.
    for (const data of details.querySelectorAll("figure > script")) await draw(data.parentElement);
  }

  function recolour() {
    for (const place of document.querySelectorAll("figure:has(> script) > .plot.js-plotly-plot")) {
      const { font, xaxis, yaxis } = colours(place.layout);
      const grids = { "xaxis.gridcolor": xaxis.gridcolor, "yaxis.gridcolor": yaxis.gridcolor };
      window.Plotly.relayout(place, { "font.color": font.color, ...grids });
    }
  }

  function isDark() {
    const asked = root.dataset.theme;
    return asked ? asked === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function tools() {
    const box = document.querySelector(".tools");
    const theme = box.querySelector(".theme");
    const named = () => (theme.textContent = isDark() ? "Light" : "Dark");
    theme.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      named();
      recolour();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (named(), recolour()));
    box.querySelector(".print").addEventListener("click", () => print());
    named();
    box.hidden = false;
  }

  function markCurrent() {
    const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
    const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    let current = null;
    const mark = () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < Math.min(innerHeight / 4, 200));
      const link = links.get((passed.at(-1) ?? headings[0])?.id);
      if (link === current) return;
      current?.removeAttribute("aria-current");
      link?.setAttribute("aria-current", "true");
      current = link;
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => ((waiting = false), mark()));
    }, { passive: true });
    mark();
  }

  for (const details of document.querySelectorAll("details.explore")) {
    details.addEventListener("toggle", () => details.open && drawAll(details));
  }
  tools();
  markCurrent();

  const opened = [];
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open], .explore, .what-if)")) {
      opened.push(details);
      details.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const details of opened.splice(0)) details.open = false;
  });
})();
