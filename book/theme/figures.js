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

  // What a drawing calls a series: the label of its color, the one at the end of the line if there are several, or the panel's heading.
  const nameOf = (area, mark, end) => {
    const color = [...mark.classList].find((name) => /^s\d$/.test(name));
    const away = (label) => Math.abs(Number(label.getAttribute("y")) - end);
    const labels = [...area.querySelectorAll(`.labels .label${color ? `.${color}` : ""}`)].sort((a, b) => away(a) - away(b));
    const name = color && labels[0] ? labels[0] : area.closest(".panel")?.querySelector(".heading");
    const lines = name?.querySelectorAll("tspan[x]");
    return lines?.length > 1 ? [...lines].map((line) => line.textContent).join(" ") : (name?.textContent ?? "");
  };

  // The places that an area of a figure marks: the corners of its lines, its dots, its disks; each with the name of its series.
  const places = (area) => {
    const found = [];
    const add = (mark, points) => {
      const name = nameOf(area, mark, points.at(-1)?.[1]);
      found.push(...points.map(([x, y]) => [x, y, name]));
    };
    for (const path of area.querySelectorAll(".marks :is(.line, .dots)")) {
      const corners = [...path.getAttribute("d").matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)];
      add(path, corners.map(([, x, y]) => [Number(x), Number(y)]));
    }
    for (const group of area.querySelectorAll(".marks .points")) {
      const disks = [...group.querySelectorAll("circle")];
      add(group, disks.map((disk) => [Number(disk.getAttribute("cx")), Number(disk.getAttribute("cy"))]));
    }
    return found;
  };

  const known = new WeakSet();
  const read = (svg) => {
    if (known.has(svg)) {
      return;
    }
    known.add(svg);
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
      words.textContent = `${place[2] ? `${place[2]} · ` : ""}${xName ? `${xName} ` : ""}${say(reading.x(place[0]))}: ${yName ? `${yName} ` : ""}${say(reading.y(place[1]))}`;
      svg.after(words);
      const at = new DOMPoint(place[0], place[1]).matrixTransform(matrix);
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
  };

  document.querySelectorAll("svg.plot").forEach(read);
  // A lab draws its figure anew.
  document.addEventListener("drawn", ({ target }) => target.querySelectorAll("svg.plot").forEach(read));
}

// A figure to take away, as it is seen: as SVG whose colors are written into it, and as PNG.
{
  const STYLES =
    "fill fill-opacity stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin opacity paint-order font-family font-size font-style font-weight text-anchor".split(" ");
  const MARGIN = 16;

  // The drawing without the page: what the style sheets say of an element is written to it where it is not its parent's.
  const alone = (svg, origin) => {
    const copy = svg.cloneNode(true);
    const copies = [copy, ...copy.querySelectorAll("*")];
    for (const [i, element] of [svg, ...svg.querySelectorAll("*")].entries()) {
      const [own, above] = [getComputedStyle(element), i > 0 && getComputedStyle(element.parentElement)];
      for (const name of STYLES) {
        const value = own.getPropertyValue(name);
        if (above && name !== "opacity" && value === above.getPropertyValue(name)) {
          copies[i].removeAttribute(name);
        } else if (name !== "opacity" || value !== "1") {
          copies[i].setAttribute(name, value);
        }
      }
      copies[i].removeAttribute("class");
    }
    const { x, y, width, height } = svg.viewBox.baseVal;
    const box = [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN];
    const made = (name, attributes, text) => {
      const element = document.createElementNS(svg.namespaceURI, name);
      for (const [attribute, value] of Object.entries(attributes)) {
        element.setAttribute(attribute, value);
      }
      element.textContent = text;
      return element;
    };
    const ground = { x: box[0], y: box[1], width: box[2], height: box[3], fill: getComputedStyle(document.documentElement).backgroundColor };
    copy.prepend(made("metadata", {}, origin), made("rect", ground, ""));
    copy.setAttribute("viewBox", box.join(" "));
    copy.setAttribute("width", box[2]);
    copy.setAttribute("height", box[3]);
    return copy;
  };

  const written = (svg) => new XMLSerializer().serializeToString(svg);

  // The words are set by the page, since a picture cannot read its fonts.
  const drawWords = (context, svg) => {
    const home = svg.getScreenCTM().inverse();
    for (const text of svg.querySelectorAll("text")) {
      const { a, b, c, d, e, f } = home.multiply(text.getScreenCTM());
      context.save();
      context.transform(a, b, c, d, e, f);
      let at = 0;
      const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      while (nodes.nextNode()) {
        const { data, parentElement } = nodes.currentNode;
        if (at < text.getNumberOfChars()) {
          const style = getComputedStyle(parentElement);
          const { x, y } = text.getStartPositionOfChar(at);
          context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
          context.fillStyle = style.fill;
          // Digits of one width, which a canvas does not know.
          context.letterSpacing = "0px";
          const wider = text.getSubStringLength(at, data.length) - context.measureText(data).width;
          context.letterSpacing = `${wider / data.length}px`;
          if (style.stroke !== "none") {
            [context.strokeStyle, context.lineWidth, context.lineJoin] = [style.stroke, parseFloat(style.strokeWidth), "round"];
            context.strokeText(data, x, y);
          }
          context.fillText(data, x, y);
        }
        at += data.length;
      }
      context.restore();
    }
  };

  const picture = async (svg, origin) => {
    const copy = alone(svg, origin);
    for (const text of copy.querySelectorAll("text")) {
      text.remove();
    }
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(written(copy))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    const scale = 2;
    [canvas.width, canvas.height] = [image.width * scale, image.height * scale];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const { x, y } = svg.viewBox.baseVal;
    context.setTransform(scale, 0, 0, scale, scale * (MARGIN - x), scale * (MARGIN - y));
    drawWords(context, svg);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  for (const figure of document.querySelectorAll("main figure.figure:has(> svg.plot)")) {
    const words = (selector) => [...figure.querySelectorAll(selector)].map((part) => part.textContent.trim().replace(/\s+/g, " ")).join(", ");
    const number = words(".figure-number").replace(/\.$/, "");
    const name = figure.id.replace(/^fig-/, "");
    const origin = () =>
      [`${number} of ${document.querySelector(".bar-title").textContent}`, words(":scope > .command code"), words(".figure-license")].filter(Boolean).join(" · ");
    const seen = () => [...figure.querySelectorAll(":scope > svg.plot")].find((svg) => svg.checkVisibility());
    const kinds = {
      SVG: () => new Blob([written(alone(seen(), origin()))], { type: "image/svg+xml" }),
      PNG: () => picture(seen(), origin()),
    };
    const buttons = Object.entries(kinds).map(([kind, make]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = kind;
      button.setAttribute("aria-label", `${number || "Figure"} as ${kind}`);
      button.addEventListener("click", async () => save(await make(), `${name}.${kind.toLowerCase()}`));
      return button;
    });
    const take = document.createElement("span");
    take.className = "take";
    take.append(...buttons);
    const command = figure.querySelector(":scope > .command");
    if (command) {
      command.append(take);
    } else {
      figure.querySelector(":scope > figcaption")?.after(take);
    }
  }
}
