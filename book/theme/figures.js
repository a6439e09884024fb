// A figure tells the value under the pointer. Everything that it tells stands in the table below it, too.
"use strict";
{
  const NEAR = 24;

  // `linear 0 10 52 610`: the values at two pixels, and what is between them.
  const inverse = (written) => {
    const [kind, low, high, from, to] = written.split(" ").map((word, i) => (i ? Number(word) : word));
    return (pixel) => {
      const fraction = (pixel - from) / (to - from);
      return kind === "log" ? low * (high / low) ** fraction : low + fraction * (high - low);
    };
  };

  const say = (value) => {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
      const [digits, power] = value.toExponential(1).split("e");
      const raised = [...String(Number(power))].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");
      return `${digits} × 10${raised}`;
    }
    return String(Number(value.toPrecision(3)));
  };

  // The places that an area of a figure marks: the corners of its lines, its dots, its disks.
  const places = (area) => {
    const found = [];
    for (const path of area.querySelectorAll(".marks :is(.line, .dots)")) {
      for (const [, x, y] of path.getAttribute("d").matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)) {
        found.push([Number(x), Number(y)]);
      }
    }
    for (const disk of area.querySelectorAll(".marks circle")) {
      found.push([Number(disk.getAttribute("cx")), Number(disk.getAttribute("cy"))]);
    }
    return found;
  };

  for (const svg of document.querySelectorAll("svg.plot")) {
    const areas = [...svg.querySelectorAll(".area[data-x]")];
    let readings;
    const mark = document.createElementNS(svg.namespaceURI, "circle");
    mark.setAttribute("class", "reading-mark");
    mark.setAttribute("r", 5);
    const words = document.createElement("p");
    words.className = "reading";
    words.setAttribute("aria-hidden", "true");

    const hide = () => {
      mark.remove();
      words.remove();
    };
    const show = (event) => {
      readings ??= areas.map((area) => ({
        area,
        places: places(area),
        x: inverse(area.dataset.x),
        y: inverse(area.dataset.y),
      }));
      let nearest;
      for (const reading of readings) {
        const matrix = reading.area.getScreenCTM();
        if (!matrix) {
          continue;
        }
        const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
        for (const place of reading.places) {
          const distance = Math.hypot(place[0] - x, place[1] - y);
          if (distance < (nearest?.distance ?? NEAR)) {
            nearest = { distance, place, reading, matrix };
          }
        }
      }
      if (!nearest) {
        hide();
        return;
      }
      const { place, reading, matrix } = nearest;
      mark.setAttribute("cx", place[0]);
      mark.setAttribute("cy", place[1]);
      reading.area.append(mark);
      const { xName, yName } = reading.area.dataset;
      words.textContent = `${xName ? `${xName} ` : ""}${say(reading.x(place[0]))}: ${yName ? `${yName} ` : ""}${say(reading.y(place[1]))}`;
      svg.after(words);
      const at = new DOMPoint(...place).matrixTransform(matrix);
      const box = svg.parentElement.getBoundingClientRect();
      const left = Math.min(Math.max(0, at.x - box.left - words.offsetWidth / 2), box.width - words.offsetWidth);
      words.style.left = `${left}px`;
      words.style.top = `${at.y - box.top - words.offsetHeight - 10}px`;
    };
    if (areas.length > 0) {
      svg.addEventListener("pointermove", show);
      svg.addEventListener("pointerdown", show);
      svg.addEventListener("pointerleave", hide);
    }
  }
}
