/* page.js: one state (constants, the statement on top, the preset it came from), and everything drawn from it. */
"use strict";

const byId = (id) => document.getElementById(id);

function presetValues(library, preset) {
    const values = new Float64Array(library.constants.length).fill(NaN);
    for (const [name, value] of Object.entries(preset.constants)) {
        const constant = library.constants.find((c) => c.name === name);
        if (constant) values[constant.index] = value;
    }
    return values;
}

const same = (a, b) => a.every((x, i) => Object.is(x, b[i]));

/* Draws anew; what then stands for the element that had the keyboard's focus gets it back. */
function keepFocus(draw) {
    const held = document.activeElement, path = [];
    let node = held;
    for (; node && !node.id && node !== document.body; node = node.parentElement) {
        const marks = ["form", "statement", "need"].filter((mark) => node.dataset[mark]).map((mark) => `[data-${mark}="${node.dataset[mark]}"]`);
        if (node === held || marks.length > 0) path.unshift(node.localName + marks.join(""));
    }
    draw();
    if (!held || held.isConnected || !node || !node.id) return;
    const next = document.querySelector([`#${node.id}`, ...path].join(" "));
    if (next) next.focus({ preventScroll: true });
}

const REST = 250;   /* ms */

function createPage(library, presets) {
    const theorem = library.statements.find((s) => s.name === "theorem_4_11");
    const state = { values: presetValues(library, presets[0]), shown: theorem, preset: presets[0] };
    let frame = 0, moved = true, written = "", moving = 0;

    function write() {
        const link = linkOf(library, state);
        if (link === written) return;
        written = link;
        try {
            history.replaceState(null, "", written);
        } catch (error) { /* the link in the address bar lags behind; the button copies the right one */ }
    }
    /* The first change is written at once, those that follow once they rest: browsers drop, without a word, what is written every frame. */
    function writeSoon() {
        if (!moving) write();
        clearTimeout(moving);
        moving = setTimeout(() => {
            moving = 0;
            write();
        }, REST);
    }
    const later = () => { if (!frame) frame = requestAnimationFrame(() => keepFocus(draw)); };
    function move() {
        moved = true;
        later();
    }
    const controls = createControls(byId("controls"), library, (index, value) => {
        state.values[index] = value;
        byId("mistakes").hidden = true;
        move();
    });

    /* The measured KL belongs to the preset's own constants and to no others. */
    function startOf() {
        const untouched = same(presetValues(library, state.preset), state.values);
        byId("changed").hidden = untouched;
        return untouched && state.preset.kl ? state.preset.kl.value : NaN;
    }
    /* All that follows from the constants alone. */
    function drawConstants() {
        const { values } = state, noise = values[library.constants.find((c) => c.name === "kl_prior").index];
        const start = startOf(), { descends, levels } = library.waterfall(values, start);
        drawWaterfall(byId("waterfall"), levels, start, noise);
        byId("stuck").hidden = descends || levels.some((step) => step.missing.length > 0);
        drawRemark(byId("remark"), library, values, adopt, controls.focus);
        drawOverview(byId("overview"), library, values, choose);
    }
    function draw() {
        const { values, shown } = state;
        frame = 0;
        if (moved) drawConstants();
        moved = false;
        byId("shown").value = shown.name;
        byId("about").textContent = shown.source;
        byId("terms-of").textContent = labelOf(shown);
        drawStatement(byId("cards"), byId("terms"), library, shown, values, controls.focus);
        markShown(byId("overview"), shown);
        writeSoon();
    }

    function choose(statement) {
        state.shown = statement;
        later();
        byId("top").scrollIntoView({ block: "start" });
    }
    function adopt(values) {
        state.values = values;
        byId("mistakes").hidden = true;
        controls.show(values);
        move();
    }
    /* The statement given, or where it lacks constants in every form the first bound that does not. */
    function usable(statement, values) {
        const complete = (form, s) => form.kind !== "condition" && library.evaluate(s, form, values).missing.length === 0;
        const bounds = (s) => s.forms.some((form) => complete(form, s));
        return bounds(statement) ? statement : library.statements.find(bounds) || statement;
    }
    function load(preset) {
        state.preset = preset;
        state.shown = usable(state.shown, presetValues(library, preset));
        byId("preset").value = preset.name;
        byId("preset-about").textContent = preset.about;
        controls.forget();
        adopt(presetValues(library, preset));
    }
    /* What a link says; what it does not say is not given. */
    function follow() {
        if (location.hash === written && linkOf(library, state) === written) return;
        const link = readLink(library, location.hash);
        written = "";
        if (!link) return load(presets[0]);
        const given = link.values.some((x) => !isNaN(x)), before = state.shown;
        load(presets.find((preset) => same(presetValues(library, preset), link.values)) || state.preset);
        if (given) adopt(link.values);
        if (link.shown) state.shown = link.shown;
        else if (given) state.shown = usable(before, link.values);
        byId("mistakes").hidden = link.mistakes.length === 0;
        const more = link.mistakes.length > 5 ? [`and ${link.mistakes.length - 5} more`] : [];
        byId("mistakes").textContent = `Left out of the link: ${[...link.mistakes.slice(0, 5), ...more].join("; ")}.`;
    }
    async function copy(text, what) {
        try {
            await navigator.clipboard.writeText(text);
        } catch (error) {
            const area = element("textarea", { class: "offscreen" }, text);
            document.body.append(area);
            area.select();
            document.execCommand("copy");
            area.remove();
        }
        byId("copied").textContent = `${what} copied`;
    }

    for (const group of [...new Set(presets.map((preset) => preset.group))]) {
        const options = presets.filter((preset) => preset.group === group).map((preset) => element("option", { value: preset.name }, preset.title));
        byId("preset").append(element("optgroup", { label: group }, options));
    }
    byId("shown").append(...library.statements.map((s) => element("option", { value: s.name }, `${labelOf(s)}: ${s.title}`)));
    byId("preset").addEventListener("change", (event) => load(presets.find((preset) => preset.name === event.target.value)));
    byId("shown").addEventListener("change", (event) => choose(library.statements.find((s) => s.name === event.target.value)));
    byId("reset").addEventListener("click", () => {
        state.shown = theorem;
        load(state.preset);
    });
    byId("copy").addEventListener("click", () => copy(location.href.split("#")[0] + linkOf(library, state), "link"));
    byId("command").addEventListener("click", () => copy(`scorebound bound --set ${setText(library, state.values)}`, "command"));
    window.addEventListener("hashchange", follow);
    window.addEventListener("pagehide", write);
    document.addEventListener("visibilitychange", write);
    new ResizeObserver(move).observe(byId("waterfall").parentNode);
    follow();
}

openLibrary(byId("library").textContent).then(
    (library) => {
        createPage(library, JSON.parse(byId("presets").textContent).presets);
        document.body.dataset.ready = "true";
    },
    (error) => { byId("failure").hidden = false; byId("failure").textContent = `This browser cannot run the library: ${error.message}`; });
