/* words.js: figures and names as people read them. */
"use strict";

const SUPERSCRIPTS = { "-": "\u207b", 0: "\u2070", 1: "\u00b9", 2: "\u00b2", 3: "\u00b3", 4: "\u2074", 5: "\u2075", 6: "\u2076", 7: "\u2077", 8: "\u2078", 9: "\u2079" };
const raised = (exponent) => String(exponent).replace(/./g, (c) => SUPERSCRIPTS[c]);

/* The paper's symbols for names of the library. */
const SYMBOLS = {
    eta: "\u03b7", kappa: "\u03ba", delta: "\u03b4", alpha: "\u03b1", mu: "\u03bc", Gamma: "\u0393*", Psi: "\u03a8", gamma_k: "\u03b3\u2096",
    sigma1: "\u03c3\u2081", sigma2: "\u03c3\u2082", sigma_1: "\u03c3\u2081", sigma_2: "\u03c3\u2082", theta_R: "\u03b8_R", theta_0: "\u03b8\u2080", theta_r: "\u03b8\u1d63", delta_p: "\u03b4\u209a",
    dtheta: "|\u03b8_R \u2212 \u03b8\u2080|", w2: "w\u00b2", F0: "F\u2080", FR: "F_R", Fn0: "F\u2099(\u03b8\u2080)", FnR: "F\u2099(\u03b8_R)", Fstar: "F*",
    M2: "M\u2082", C1: "C\u2081", C_1: "C\u2081", L_score: "L\u209b",
};
/* Those that have a symbol only where they stand alone. */
const LABELS = {
    D_sum: "\u03a3 D\u2096", B_sum: "\u03a3 B\u2096", theta2: "mean |\u03b8|\u00b2", prune2: "\u03b4\u209a\u00b2", step2: "\u03a3 \u03b3\u2096\u00b2",
    kl_init: "KL(q_T \u2016 noise)", kl_prior: "KL(q_\u03b4 \u2016 noise)", squared_gradient: "mean |\u2207F|\u00b2", B_bound: "bound of \u03a3 B\u2096",
    fisher: "Fisher information",
};
const symbol = (name) => LABELS[name] || SYMBOLS[name] || name.replace(/_/g, " ");

function pretty(text) {
    return text
        .replace(/\(1\/2\)/g, "\u00bd")
        .replace(/Gamma\*/g, "Gamma")
        .replace(/[A-Za-z]\w*/g, (word) => SYMBOLS[word] || word)
        .replace(/\^(-?\d+)/g, (_, exponent) => raised(exponent))
        .replace(/sqrt\(/g, "\u221a(")
        .replace(/<=/g, "\u2264")
        .replace(/>=/g, "\u2265")
        .replace(/ - /g, " \u2212 ")
        .replace(/\|\|/g, "\u2016")
        .replace(/\bsum[_ ]/g, "\u03a3 ")
        .replace(/\bgrad F/g, "\u2207F");
}

const FORMS = {
    printed: "as in the paper",
    corrected: "as its proof gives it",
    sharp: "as sharply as can be proved",
    pl: "under Polyak\u2013\u0141ojasiewicz",
    exact: "an equality",
};

/* Left sides, in the order of sb_lhs. */
const LEFT_SIDES = [
    "L", "w\u00b2", "max(\u03c3\u2081, \u03c3\u2082)", "M\u2082", "discretisation error", "mean |\u2207F|\u00b2", "F\u2099(\u03b8_R)", "score loss",
    "KL of the paths", "KL(q_\u03b4 \u2016 p)", "TV(q_\u03b4, p)", "residual of one worker",
];

/* "0.2897", "56863", "3.04 x 10^6": four digits that count. */
function digits(x) {
    if (isNaN(x)) return "\u2013";
    if (!isFinite(x)) return x > 0 ? "\u221e" : "\u2212\u221e";
    const size = Math.abs(x), sign = x < 0 ? "\u2212" : "";
    if (size === 0) return "0";
    if (size >= 999.95 && size < 99999.5) return sign + size.toFixed(0);
    if (size >= 9.995e-4 && size < 999.95) return sign + String(Number(size.toPrecision(4)));
    const [mantissa, exponent] = size.toExponential(3).split("e");
    return `${sign}${Number(mantissa)}\u2009\u00d7\u200910${raised(Number(exponent))}`;
}

/* An element with children: texts, elements, or nothing. */
function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else if (value === true) node.setAttribute(name, "");
        else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
}

/* Text with its lower indices lowered: "F_R", "t_{k+1}". */
function indexed(text) {
    return text.split(/_(?:\{([^}]*)\}|([A-Za-z0-9\u0370-\u03ff]))/).map((part, i) => (i % 3 === 0 || !part ? part : element("sub", {}, part)));
}

/* A figure: what one reads, with every digit of it behind. */
function figure(x, attributes) {
    return element("data", { value: String(x), title: String(x), ...attributes }, digits(x));
}
