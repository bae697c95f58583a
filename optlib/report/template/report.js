"use strict";
(() => {
  let plotly = null;

  async function unpack() {
    const packed = document.getElementById("plotly-packed").textContent;
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  }

  function colours(layout) {
    const style = getComputedStyle(document.body);
    const ink = style.getPropertyValue("color");
    return { ...layout, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { ...layout.font, color: ink } };
  }

  async function draw(details) {
    const place = details.querySelector(".plot");
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    try {
      await (plotly ??= unpack());
      const figure = JSON.parse(details.querySelector("script").textContent);
      await window.Plotly.newPlot(place, figure.data, colours(figure.layout), { responsive: true, displaylogo: false });
    } catch {
      place.textContent = "This browser can't draw the figure; the tables above hold the same numbers.";
    }
  }

  for (const details of document.querySelectorAll("details.explore")) {
    details.addEventListener("toggle", () => details.open && draw(details));
  }

  const opened = [];
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open]):not(.explore)")) {
      opened.push(details);
      details.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const details of opened.splice(0)) details.open = false;
  });
})();
