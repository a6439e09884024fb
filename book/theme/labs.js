// Labs: figures that a reader moves, and files that a reader gives. The tested library computes, as a module that is loaded once a control is
// touched, beside the page, which stays quick.
"use strict";
{
  // The worker: a module comes first, then questions. A question is a figure's name and the values, eight bytes each, or a file.
  const serve = () => {
    let exports;
    const text = (length) => new TextDecoder().decode(new Uint8Array(exports.memory.buffer, exports.address() >>> 0, length));
    const answer = (figure, values) => {
      const { memory, room, answer } = exports;
      const name = new TextEncoder().encode(figure);
      const question = new Uint8Array(name.length + 8 * values.length);
      question.set(name);
      const view = new DataView(question.buffer);
      values.forEach((value, i) => view.setFloat64(name.length + 8 * i, value, true));
      const start = room(question.length);
      new Uint8Array(memory.buffer, start, question.length).set(question);
      return JSON.parse(text(answer(name.length)));
    };
    const diagnose = (name, bytes) => {
      const { memory, room, diagnose } = exports;
      const called = new TextEncoder().encode(name);
      const start = room(bytes.byteLength + called.length) >>> 0;
      const question = new Uint8Array(memory.buffer, start, bytes.byteLength + called.length);
      question.set(new Uint8Array(bytes));
      question.set(called, bytes.byteLength);
      const [state, ...lines] = text(diagnose(bytes.byteLength)).split("\n");
      return { isRead: state === "read", report: lines.join("\n") };
    };
    self.onmessage = async ({ data: { module, figure, values, file } }) => {
      try {
        if (module) {
          ({ exports } = (await WebAssembly.instantiate(module)).instance);
        }
        self.postMessage({ shown: figure ? answer(figure, values) : file && diagnose(file.name, file.bytes) });
      } catch (error) {
        self.postMessage({ error: error.message });
      }
    };
  };

  // The module is deflated, and then written in letters.
  const bytes = (letters) => {
    const deflated = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
  };

  // A page from disk may load scripts, and nothing else.
  const script = (address) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${address} cannot be loaded`));
      document.head.append(script);
    });

  // What answers the questions to a module, one after the other.
  const started = async (address) => {
    await script(address);
    const module = await bytes(globalThis.labModule);
    const code = URL.createObjectURL(new Blob([`(${serve})()`], { type: "text/javascript" }));
    const worker = new Worker(code);
    const ask = (question, moved = []) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data: { shown, error } }) => (error ? reject(new Error(error)) : resolve(shown));
        worker.onerror = ({ message }) => reject(new Error(message || "the page may not start a worker"));
        worker.postMessage(question, moved);
      });
    try {
      await ask({ module }, [module]);
    } catch (error) {
      worker.terminate();
      throw error;
    } finally {
      URL.revokeObjectURL(code);
    }
    return { ask, end: () => worker.terminate() };
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

  for (const lab of document.querySelectorAll(".lab:not(.file-lab)")) {
    const figure = lab.closest("figure");
    const number = figure.querySelector(".figure-number").textContent.replace(/\.$/, "");
    const sliders = [...lab.querySelectorAll("input")].map((input) => ({
      input,
      output: input.parentElement.querySelector("output"),
      option: input.dataset.option,
      values: input.dataset.values.split(" "),
      printed: input.defaultValue,
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
      // The file has the printed rows; and what was read off the last picture is gone with it.
      const file = data.querySelector(".figure-file");
      if (file) {
        file.hidden = !printed();
      }
      figure.querySelector(":scope > .reading")?.remove();
      figure.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
    };

    // The values stand in the controls and in the commands.
    const tell = () => {
      for (const slider of sliders) {
        slider.output.textContent = value(slider);
        slider.input.setAttribute("aria-valuetext", value(slider));
      }
      reset.disabled = printed();
      const changed = sliders.filter(({ input, printed }) => input.value !== printed);
      commands.forEach((code, i) => {
        code.textContent = [asPrinted.commands[i], ...changed.map((slider) => `--${slider.option} ${value(slider)}`)].join(" ");
      });
    };
    // Browsers count how often the address changes: once a control is left, and not while it is dragged.
    const note = () => {
      const changed = sliders.filter(({ input, printed }) => input.value !== printed);
      const state = changed.map((slider) => `${slider.option}=${value(slider)}`).join("&");
      history.replaceState(null, "", state ? `#${figure.id}:${state}` : `#${figure.id}`);
    };

    let computing;
    const once = async () => {
      if (printed()) {
        says.textContent = "";
        show(asPrinted.drawings, asPrinted.tables, asPrinted.description);
        return;
      }
      try {
        computing ??= started(lab.dataset.module);
        const { ask } = await computing;
        const shown = await ask({ figure: lab.dataset.lab, values: sliders.map(value).map(Number) });
        const drawn = new DOMParser().parseFromString(`<body>${shown.svg}`, "text/html").querySelectorAll("svg");
        show([...drawn], shown.tables.map(numbers), shown.description);
        says.textContent = "";
      } catch (error) {
        // What has failed may be half done: the next one begins anew.
        computing?.then(({ end }) => end(), () => {});
        computing = undefined;
        says.textContent = `${number} cannot be computed here: ${error.message}`;
      }
    };

    // One drawing at a time; the next one is of the values that the controls have by then.
    let [busy, moved] = [false, false];
    const draw = async () => {
      moved = true;
      if (busy) {
        return;
      }
      busy = true;
      figure.setAttribute("aria-busy", "true");
      while (moved) {
        moved = false;
        await once();
      }
      figure.removeAttribute("aria-busy");
      busy = false;
    };

    for (const { input } of sliders) {
      input.addEventListener("input", () => {
        tell();
        draw();
      });
      input.addEventListener("change", note);
    }
    const put = (wanted) => {
      for (const { input, printed, option, values } of sliders) {
        const place = values.indexOf(wanted.get(option));
        input.value = place < 0 ? printed : place;
      }
      tell();
      draw();
    };
    reset.addEventListener("click", () => {
      put(new Map());
      note();
      sliders[0].input.focus();
    });

    // A link to this state.
    const follow = () => {
      const [id, state] = location.hash.slice(1).split(":");
      if (id === figure.id && state) {
        put(new Map(state.split("&").map((pair) => pair.split("="))));
        figure.scrollIntoView();
      }
    };
    // A browser that has kept the controls of the last visit has not kept what they showed.
    for (const { input, printed } of sliders) {
      input.value = printed;
    }
    follow();
    addEventListener("hashchange", follow);
    lab.hidden = false;
  }

  // A checkpoint is read here, and sent nowhere.
  for (const lab of document.querySelectorAll(".file-lab")) {
    const [input, stop, says, report] = ["input", "button", ".lab-says", ".report"].map((part) => lab.querySelector(part));
    const most = 4e8;
    const size = (bytes) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);
    const terminal = (name) => `In a terminal: cargo run -- diagnose "${name}"`;
    // What is asked for later ends what was asked for before, whose answer is not shown.
    let [asked, end] = [0, () => {}];
    const halt = () => {
      asked += 1;
      end();
      end = () => {};
      if (document.activeElement === stop) {
        input.focus();
      }
      stop.disabled = true;
      report.removeAttribute("aria-busy");
    };
    // What is said of a fault may be long, and goes on in the next line; a table does not.
    const line = (text) => Object.assign(element("span", text), { className: /^ {4}\S/.test(text) ? "message" : "row" });
    const diagnosed = async (file, isAsked) => {
      const bytes = await file.arrayBuffer();
      if (!isAsked()) {
        return;
      }
      const worker = await started(lab.dataset.module);
      if (!isAsked()) {
        worker.end();
        return;
      }
      end = worker.end;
      const start = performance.now();
      const found = await worker.ask({ file: { name: file.name, bytes } }, [bytes]);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      says.textContent = found.isRead ? `${file.name}, ${size(file.size)}, diagnosed here in ${seconds} s.` : `The file cannot be diagnosed. ${found.report}`;
      report.replaceChildren(...found.report.split(/(?<=\n)/).map(line));
      report.hidden = !found.isRead;
    };
    const read = async (file) => {
      halt();
      const turn = asked;
      const isAsked = () => turn === asked;
      report.hidden = true;
      if (file.size > most) {
        says.textContent = `${file.name} has ${size(file.size)}, and at most ${size(most)} are read here. ${terminal(file.name)}`;
        return;
      }
      says.textContent = `Reading ${file.name}, ${size(file.size)} …`;
      stop.disabled = false;
      report.setAttribute("aria-busy", "true");
      try {
        await diagnosed(file, isAsked);
      } catch (error) {
        if (isAsked()) {
          // The module says nothing of why it stops.
          const why = /unreachable/i.test(error.message) ? "its memory may not do" : error.message;
          says.textContent = `${file.name} cannot be read here: ${why}. ${terminal(file.name)}`;
        }
      }
      if (isAsked()) {
        halt();
      }
    };
    const given = (files) => {
      if (files.length > 1) {
        says.textContent = "One file is read at a time.";
      } else if (files.length) {
        read(files[0]);
      }
    };
    // The same file may be given again.
    input.addEventListener("click", () => {
      input.value = "";
    });
    input.addEventListener("change", () => given(input.files));
    stop.addEventListener("click", () => {
      halt();
      says.textContent = "Stopped.";
    });
    const over = (isOver) => lab.classList.toggle("over", isOver);
    lab.addEventListener("dragover", (event) => {
      if (event.dataTransfer.types.includes("Files")) {
        event.preventDefault();
        over(true);
      }
    });
    lab.addEventListener("dragleave", () => over(false));
    lab.addEventListener("drop", (event) => {
      over(false);
      if (event.dataTransfer.types.includes("Files")) {
        event.preventDefault();
        input.value = "";
        given(event.dataTransfer.files);
      }
    });
    // A browser that has kept the name of the last visit has not kept the report.
    input.value = "";
    lab.hidden = false;
  }
}
