// The map works without this: names are titles, the day is a field, parts of the world are a choice.
// It adds a label under the pointer, zoom and drag, and a slider that changes the map in place.
"use strict";

const element = (name, properties) => Object.assign(document.createElement(name), properties);

function explore(frame) {
    const svg = frame.querySelector("svg.map");
    const whole = svg.viewBox.baseVal;
    const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    let view = { ...full };

    function show(next) {
        const width = Math.min(full.width, Math.max(full.width / 24, next.width));
        const height = width * full.height / full.width;
        const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
        view = { width, height, x: clamp(next.x, full.x, full.x + full.width - width), y: clamp(next.y, full.y, full.y + full.height - height) };
        svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
        svg.setAttribute("font-size", view.width / 80);
    }
    function zoom(factor, x = view.x + view.width / 2, y = view.y + view.height / 2) {
        const share = Math.min(full.width, view.width / factor) / view.width;
        show({ width: view.width * share, x: x - (x - view.x) * share, y: y - (y - view.y) * share });
    }
    function place(event) {
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        return [point.x, point.y];
    }

    const tools = element("div", { className: "map-tools" });
    for (const [text, name, act] of [["+", "Zoom in", () => zoom(1.6)], ["−", "Zoom out", () => zoom(1 / 1.6)], ["⟲", "Show all", () => show(full)]]) {
        const button = element("button", { type: "button", textContent: text, title: name, onclick: act });
        button.setAttribute("aria-label", name);
        tools.append(button);
    }
    frame.append(tools);

    svg.addEventListener("wheel", event => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        zoom(event.deltaY < 0 ? 1.25 : 0.8, ...place(event));
    }, { passive: false });

    let drag = null;
    svg.addEventListener("pointerdown", event => {
        if (event.button === 0 && view.width < full.width) drag = { from: place(event), moved: false };
    });
    svg.addEventListener("pointermove", event => {
        if (!drag) return;
        const [x, y] = place(event);
        const distance = Math.hypot(x - drag.from[0], y - drag.from[1]) * svg.clientWidth / view.width;
        drag.moved = drag.moved || distance > 4;
        if (drag.moved) show({ width: view.width, x: view.x + drag.from[0] - x, y: view.y + drag.from[1] - y });
    });
    svg.addEventListener("click", event => { if (drag && drag.moved) event.preventDefault(); drag = null; }, true);
    svg.addEventListener("pointerleave", () => { drag = null; });
    svg.addEventListener("dragstart", event => event.preventDefault());

    const tip = element("div", { className: "map-tip", hidden: true });
    tip.setAttribute("aria-hidden", "true");
    frame.append(tip);
    function label(target, x, y) {
        const link = target.closest("a");
        tip.hidden = !link;
        if (!link) return;
        const box = frame.getBoundingClientRect();
        tip.textContent = link.querySelector("title").textContent;
        const left = Math.min(x - box.left + 14, box.width - tip.offsetWidth - 4);
        const top = y - box.top + 18 + tip.offsetHeight > box.height ? y - box.top - tip.offsetHeight - 8 : y - box.top + 18;
        tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
    }
    svg.addEventListener("pointermove", event => label(event.target, event.clientX, event.clientY));
    svg.addEventListener("pointerleave", () => { tip.hidden = true; });
    svg.addEventListener("focusin", event => {
        const box = event.target.getBoundingClientRect();
        label(event.target, box.left + box.width / 2, box.top + box.height / 2);
    });
    svg.addEventListener("focusout", () => { tip.hidden = true; });
}

function slide(form) {
    const range = form.elements.year;
    const output = form.querySelector("output");
    let waiting;
    let latest = 0;
    form.hidden = false;
    async function load() {
        const number = ++latest;
        const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
        const response = await fetch(address);
        const next = new DOMParser().parseFromString(await response.text(), "text/html");
        if (number !== latest) return;
        document.getElementById("map-shown").replaceWith(next.getElementById("map-shown"));
        document.getElementById("on").value = next.getElementById("on").value;
        document.title = next.title;
        history.replaceState(null, "", address);
        document.querySelectorAll(".map-frame").forEach(explore);
    }
    range.addEventListener("input", () => {
        stop();
        output.value = range.value;
        clearTimeout(waiting);
        waiting = setTimeout(load, 120);
    });

    // Through the years, one after the other is shown; from the first one where the last is shown already. Nothing moves by itself.
    const play = element("button", { type: "button", textContent: "Play" });
    let playing = false;
    function stop() {
        playing = false;
        play.textContent = "Play";
    }
    async function run() {
        if (range.value === range.max) range.value = range.min;
        while (playing) {
            output.value = range.value;
            await load();
            await new Promise(done => setTimeout(done, 700));
            if (range.value === range.max) return stop();
            if (playing) range.stepUp();
        }
    }
    play.addEventListener("click", () => {
        if (playing) return stop();
        playing = true;
        play.textContent = "Pause";
        run();
    });
    output.after(play);
    form.addEventListener("submit", event => event.preventDefault());
}

document.querySelectorAll(".map-frame").forEach(explore);
document.querySelectorAll("form.map-year").forEach(slide);
