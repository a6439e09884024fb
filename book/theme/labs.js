// Labs: figures that a reader moves. They are computed by the tested library, as a module that is loaded once a control is touched.
"use strict";
{
  let module;

  // The module is deflated, and then written in letters.
  const bytes = (letters) => {
    const deflated = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
  };

  // A page from disk may load scripts, and nothing else.
  const load = (address) =>
    (module ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${address} cannot be loaded`));
      document.head.append(script);
    })
      .then(() => bytes(globalThis.labModule))
      .then((module) => WebAssembly.instantiate(module))
      .then(({ instance }) => instance.exports));

  // The question is the figure's name and then the values, eight bytes each.
  const ask = ({ memory, room, answer, address }, figure, values) => {
    const name = new TextEncoder().encode(figure);
    const question = new Uint8Array(name.length + 8 * values.length);
    question.set(name);
    const view = new DataView(question.buffer);
    values.forEach((value, i) => view.setFloat64(name.length + 8 * i, value, true));
    const start = room(question.length);
    new Uint8Array(memory.buffer, start, question.length).set(question);
    const length = answer(name.length);
    return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, address(), length)));
  };

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text ?? "";
    return made;
  };

  // The numbers that are drawn, every digit of them.
  const numbers = ({ experiment, parameters, columns, rows }) => {
    const wrapper = element("div");
    wrapper.className = "table-wrapper";
    const table = wrapper.appendChild(element("table"));
    const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
    table.append(element("caption", `${experiment}: ${values.join(", ")}`));
    const head = table.createTHead().insertRow();
    head.append(...columns.map((column) => Object.assign(element("th", column), { scope: "col" })));
    const body = table.createTBody();
    for (const row of rows) {
      body.insertRow().append(...row.map((cell) => element("td", String(cell))));
    }
    return wrapper;
  };

  for (const lab of document.querySelectorAll(".lab")) {
    const figure = lab.closest("figure");
    const number = figure.querySelector(".figure-number").textContent.replace(/\.$/, "");
    const sliders = [...lab.querySelectorAll("input")].map((input) => ({
      input,
      output: input.parentElement.querySelector("output"),
      option: input.dataset.option,
      values: input.dataset.values.split(" "),
      printed: input.value,
    }));
    const [reset, says] = [lab.querySelector("button"), lab.querySelector(".lab-says")];
    const printed = () => sliders.every(({ input, printed }) => input.value === printed);
    const value = ({ input, values }) => values[input.value];

    // What changes: the drawing for the page and the one for a phone, the description, the tables and the commands.
    const drawings = () => [...figure.querySelectorAll(":scope > svg.plot")];
    const data = figure.querySelector(".figure-data");
    const tables = () => [...data.querySelectorAll(".table-wrapper")];
    const description = data.querySelector(".figure-description");
    const commands = [...figure.querySelectorAll(":scope > .command code")];
    const asPrinted = { drawings: drawings(), tables: tables(), description: description.textContent, commands: commands.map((code) => code.textContent) };

    const show = (drawn, newTables, words) => {
      const [first, ...rest] = drawings();
      rest.forEach((svg) => svg.remove());
      first.replaceWith(...drawn);
      const [top, ...others] = tables();
      others.forEach((table) => table.remove());
      top.replaceWith(...newTables);
      description.textContent = words;
      figure.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
    };

    // The values stand in the controls, in the commands, in the page's address.
    const tell = () => {
      for (const slider of sliders) {
        slider.output.textContent = value(slider);
        slider.input.setAttribute("aria-valuetext", value(slider));
      }
      reset.disabled = printed();
      const moved = sliders.filter(({ input, printed }) => input.value !== printed);
      commands.forEach((code, i) => {
        code.textContent = [asPrinted.commands[i], ...moved.map((slider) => `--${slider.option} ${value(slider)}`)].join(" ");
      });
      const state = moved.map((slider) => `${slider.option}=${value(slider)}`).join("&");
      history.replaceState(null, "", state ? `#${figure.id}:${state}` : `#${figure.id}`);
    };

    // One drawing a frame: of the values that the controls have by then.
    let asked = false;
    const draw = () => {
      if (asked) {
        return;
      }
      asked = true;
      requestAnimationFrame(async () => {
        asked = false;
        if (printed()) {
          says.textContent = "";
          show(asPrinted.drawings, asPrinted.tables, asPrinted.description);
          return;
        }
        try {
          const exports = await load(lab.dataset.module);
          const shown = ask(exports, lab.dataset.lab, sliders.map(value).map(Number));
          const drawn = new DOMParser().parseFromString(`<body>${shown.svg}`, "text/html").querySelectorAll("svg");
          show([...drawn], shown.tables.map(numbers), shown.description);
          says.textContent = "";
        } catch (error) {
          // What has failed may be half done: the next one begins anew.
          module = undefined;
          says.textContent = `${number} cannot be computed here: ${error.message}`;
        }
      });
    };

    for (const { input } of sliders) {
      input.addEventListener("input", () => {
        tell();
        draw();
      });
    }
    reset.addEventListener("click", () => {
      for (const { input, printed } of sliders) {
        input.value = printed;
      }
      tell();
      draw();
      sliders[0].input.focus();
    });

    // A link to this state.
    const [id, state] = decodeURIComponent(location.hash.slice(1)).split(":");
    if (id === figure.id && state) {
      const wanted = new Map(state.split("&").map((pair) => pair.split("=")));
      for (const { input, option, values } of sliders) {
        const place = values.indexOf(wanted.get(option));
        if (place >= 0) {
          input.value = place;
        }
      }
      figure.scrollIntoView();
      tell();
      draw();
    }
    lab.hidden = false;
  }
}
