/* controls.js: a slider and a field for every constant. What may be entered is the library's to say; the ranges of the sliders are
 * where constants usually lie, and widen for values beyond. */
"use strict";

/* [scale, from, to] of each slider. On a logarithmic one the left end is the smallest value that the constant may have, where that is 0;
 * "minus": on a logarithmic scale of minus the constant. */
const GROUPS = [
    { title: "Data", open: true, sliders: { d: ["log", 1, 1e4], M2: ["log", 1e-2, 1e4], C1: ["minus", 1e-3, 1e4] } },
    { title: "Time", open: true, sliders: { T: ["linear", 0, 10], K: ["log", 1, 1e5], kappa: ["log", 1e-5, 10], delta: ["log", 1e-5, 1] } },
    {
        title: "Network and pruning",
        open: true,
        sliders: { L: ["log", 1e-2, 1e7], w2: ["log", 1e-6, 1e6], Gamma: ["log", 1, 1e3], D: ["log", 1, 1e9] },
    },
    {
        title: "Training",
        open: true,
        sliders: {
            N: ["log", 1, 1e3], S: ["log", 1, 1e3], R: ["log", 1, 1e6], eta: ["log", 1e-9, 1], sigma1: ["log", 1e-3, 1e4],
            sigma2: ["log", 1e-3, 1e4], dtheta: ["log", 1e-4, 1e3],
        },
    },
    {
        title: "Losses",
        sliders: {
            F0: ["log", 1e-3, 1e4], FR: ["log", 1e-3, 1e4], Fn0: ["log", 1e-3, 1e4], FnR: ["log", 1e-3, 1e4], Fstar: ["log", 1e-3, 1e4],
            mu: ["log", 1e-6, 1e2], squared_gradient: ["log", 1e-6, 1e4],
        },
    },
    {
        title: "Measured on data, grid and score",
        sliders: {
            D_sum: ["log", 1e-6, 1e3], B_sum: ["log", 1e-6, 1e3], U: ["log", 1e-6, 1e3], B_bound: ["log", 1e-6, 1e3], score_loss: ["log", 1e-6, 1e3],
            path_kl: ["log", 1e-6, 1e3], chain_score: ["log", 1e-6, 1e3], kl_init: ["log", 1e-8, 1e2], kl_prior: ["log", 1e-4, 1e3],
        },
    },
    {
        title: "Only the bounds of others",
        sliders: {
            L_score: ["log", 1e-2, 1e5], fisher: ["log", 1e-3, 1e5], cov_gap: ["log", 1e-4, 1e3], theta2: ["log", 1e-3, 1e6],
            prune2: ["log", 1e-4, 1], G: ["log", 1e-3, 1e4], h: ["log", 1e-4, 10], step2: ["log", 1e-6, 10], sampler_bias: ["log", 1e-8, 10],
        },
    },
];

const TICKS = 1000;
const ARROWS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/* Where on its slider a value stands, and back. `range` is [scale, from, to]. */
function placeOf([scale, from, to], value) {
    const size = scale === "minus" ? -value : value;
    if (scale === "linear") return TICKS * Math.min(Math.max((value - from) / (to - from), 0), 1);
    if (!(size > 0)) return 0;
    return 1 + (TICKS - 1) * Math.min(Math.max((Math.log(size) - Math.log(from)) / (Math.log(to) - Math.log(from)), 0), 1);
}

/* Four digits that count; rounded up they may be more than the largest number. */
function rounded(value) {
    const four = Number(value.toPrecision(4));
    return Math.min(Math.max(four, -Number.MAX_VALUE), Number.MAX_VALUE);
}

function valueAt([scale, from, to], place, constant) {
    const sign = scale === "minus" ? -1 : 1;
    let value;
    if (scale === "linear") value = from + (to - from) * (place / TICKS);
    else if (place < 1) value = sign * Math.max(constant.least, 0) || 0;
    else {
        const share = (place - 1) / (TICKS - 1);   /* to / from may be more than the largest number */
        value = sign * Math.min(Math.max(Math.exp(Math.log(from) + (Math.log(to) - Math.log(from)) * share), from), to);
    }
    value = constant.whole ? Math.round(value) : rounded(value);
    return Math.min(Math.max(value, constant.least), constant.most);
}

function widened([scale, from, to], value) {
    const size = scale === "minus" ? -value : value;
    if (scale === "linear") return [scale, Math.min(from, value), Math.max(to, value)];
    return size > 0 ? [scale, Math.min(from, size), Math.max(to, size)] : [scale, from, to];
}

/* One constant: given or not, slider, field. change(value): NaN where it is not given. */
function createControl(constant, usual, change) {
    const id = `constant-${constant.name}`;
    let range = usual, last = NaN;   /* last: what it was before it was taken away */
    const given = element("input", { type: "checkbox", id: `${id}-given`, "aria-label": `${constant.name} is given` });
    const slider = element("input", { type: "range", id: `${id}-slider`, max: TICKS, value: TICKS / 2, "aria-label": `${constant.name}, slider` });
    const field = element("input", {
        type: "text", id, inputmode: "decimal", autocomplete: "off", spellcheck: "false", placeholder: "not given", "aria-describedby": `${id}-meaning ${id}-mistake`,
        min: isFinite(constant.least) ? constant.least : null, max: isFinite(constant.most) ? constant.most : null,
    });
    const mistake = element("p", { class: "mistake", id: `${id}-mistake`, role: "alert", hidden: true });
    const meaning = element("p", { class: "meaning", id: `${id}-meaning` }, element("code", {}, constant.name), " ", indexed(pretty(constant.meaning)));
    const root = element(
        "div", { class: "control", "data-constant": constant.name, title: constant.meaning },
        given, element("label", { for: id }, indexed(symbol(constant.name))), slider, field, meaning, mistake);

    function complain(text) {
        mistake.hidden = !text;
        mistake.textContent = text ? `${constant.name} ${text}` : "";
        field.setAttribute("aria-invalid", text ? "true" : "false");
    }
    /* Shows a value that comes from elsewhere; the field keeps what is being typed in it. */
    function show(value, typed) {
        const known = !isNaN(value);
        if (known) {
            last = value;
            range = widened(range, value);
            slider.value = placeOf(range, value);
        }
        given.checked = known;
        root.classList.toggle("absent", !known);
        slider.setAttribute("aria-valuetext", known ? String(value) : "not given");
        if (!typed) {
            field.value = known ? String(value) : "";
            complain("");
        }
    }
    function take(value, typed) {
        show(value, typed);
        change(value);
    }
    /* Between small whole numbers lie many places of a slider; one arrow is a whole number at least. */
    slider.addEventListener("keydown", (event) => {
        const step = ARROWS[event.key] || 0, place = Number(slider.value) + step;
        if (!constant.whole || !step || place < 0 || place > TICKS || valueAt(range, place, constant) !== last) return;
        event.preventDefault();
        take(Math.min(Math.max(last + step, constant.least), constant.most), false);
    });
    slider.addEventListener("input", () => take(valueAt(range, Number(slider.value), constant), false));
    given.addEventListener("change", () => {
        const again = isNaN(last) ? valueAt(range, Number(slider.value), constant) : last;
        take(given.checked ? again : NaN, false);
    });
    field.addEventListener("input", () => {
        const parsed = field.value.trim() === "" ? { value: NaN } : parseConstant(constant, field.value);
        complain(parsed.error || "");
        if (!parsed.error) take(parsed.value, true);
    });
    field.addEventListener("blur", () => { if (field.getAttribute("aria-invalid") !== "true") field.value = given.checked ? String(last) : ""; });
    const forget = () => { range = usual; last = NaN; };
    return { root, field, show, forget };
}

/* All of them, group by group. change(index, value). Returns what page.js needs of them. */
function createControls(place, library, change) {
    const byName = {};
    for (const group of GROUPS) {
        const box = element("details", { class: "group", open: group.open }, element("summary", {}, group.title));
        for (const [name, usual] of Object.entries(group.sliders)) {
            const constant = library.constants.find((c) => c.name === name);
            const control = createControl(constant, usual, (value) => change(constant.index, value));
            byName[name] = { ...control, box };
            box.append(control.root);
        }
        place.append(box);
    }
    return {
        show(values) {
            for (const constant of library.constants) byName[constant.name].show(values[constant.index], false);
        },
        forget() {
            for (const control of Object.values(byName)) control.forget();
        },
        /* Where a missing constant can be given. */
        focus(name) {
            byName[name].box.open = true;
            byName[name].root.scrollIntoView({ block: "center" });
            byName[name].field.focus();
        },
    };
}
