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

function createPage(library, presets) {
    const theorem = library.statements.find((s) => s.name === "theorem_4_11");
    const state = { values: presetValues(library, presets[0]), shown: theorem, preset: presets[0] };
    let frame = 0, moved = true, written = "";

    const later = () => { if (!frame) frame = requestAnimationFrame(draw); };
    function move() {
        moved = true;
        later();
    }
    const controls = createControls(byId("controls"), library, (index, value) => {
        state.values[index] = value;
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
        written = linkOf(library, state);
        try {
            history.replaceState(null, "", written);
        } catch (error) { /* the link in the address bar lags behind; the button copies the right one */ }
    }

    function choose(statement) {
        state.shown = statement;
        later();
        byId("top").scrollIntoView({ block: "start" });
    }
    function adopt(values) {
        state.values = values;
        controls.show(values);
        move();
    }
    /* The statement on top, or where it lacks constants in every form the first bound that does not. */
    function usable(values) {
        const complete = (form, s) => form.kind !== "condition" && library.evaluate(s, form, values).missing.length === 0;
        const bounds = (s) => s.forms.some((form) => complete(form, s));
        return bounds(state.shown) ? state.shown : library.statements.find(bounds) || state.shown;
    }
    function load(preset) {
        state.preset = preset;
        state.shown = usable(presetValues(library, preset));
        byId("preset").value = preset.name;
        byId("preset-about").textContent = preset.about;
        byId("mistakes").hidden = true;
        controls.forget();
        adopt(presetValues(library, preset));
    }
    /* What a link says; what it does not say is not given. */
    function follow() {
        if (location.hash === written && written) return;
        const link = readLink(library, location.hash);
        if (!link) return load(presets[0]);
        const given = link.values.some((x) => !isNaN(x));
        load(presets.find((preset) => same(presetValues(library, preset), link.values)) || state.preset);
        if (link.shown) state.shown = link.shown;
        if (given) adopt(link.values);
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
    new ResizeObserver(move).observe(byId("waterfall").parentNode);
    follow();
}

openLibrary(byId("library").textContent).then(
    (library) => {
        createPage(library, JSON.parse(byId("presets").textContent).presets);
        document.body.dataset.ready = "true";
    },
    (error) => { byId("failure").hidden = false; byId("failure").textContent = `This browser cannot run the library: ${error.message}`; });
