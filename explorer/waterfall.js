/* waterfall.js: the slack waterfall as a picture, drawn anew for every state; its levels are the library's. */
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const BAR = 16, ROW = 23, ROW_NARROW = 40, HEAD = 26, FOOT = 46, NARROW = 560, AMOUNT = 84;

/* Its text has lower indices as `indexed` (words.js) has them. */
function shape(tag, attributes, text) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (tag === "text") node.append(...indexed(text).filter(Boolean).flatMap(lowered));
    else if (text !== undefined) node.textContent = text;
    return node;
}

function lowered(part) {
    if (typeof part === "string") return [part];
    const back = shape("tspan", { dy: -3 }, "\u200b");
    return [shape("tspan", { dy: 3, "font-size": "80%" }, part.textContent), back];
}

/* What is drawn, from top to bottom: totals, which stand on the left edge, and between them bars that begin where the last one ended. */
function waterfallRows(levels, start) {
    const rows = [];
    const total = (name, level) => rows.push({ kind: "total", name, from: level, to: level, meaning: "" });
    let before = start;
    if (!isNaN(start)) total("measured KL", start);
    levels.forEach((step, i) => {
        if (i === 0 && isNaN(start) && !isNaN(step.level)) total("Theorem 4.11 sharp", step.level);
        else rows.push({ ...step, kind: step.proof ? "proof" : "print", from: before, to: step.level });
        if (!isNaN(step.level)) before = step.level;
        const proofEnds = step.proof && !(levels[i + 1] && levels[i + 1].proof);
        if (proofEnds && !isNaN(step.level)) total("Theorem 4.11 corrected", step.level);
    });
    const last = levels[levels.length - 1].level;
    if (!isNaN(last)) total("Theorem 4.11 printed", last);
    return rows;
}

/* Decades that hold every positive level. */
function axisOf(rows, noise) {
    const levels = rows.flatMap((row) => [row.from, row.to]).concat(noise).filter((x) => x > 0 && isFinite(x));
    if (levels.length === 0) return { low: -1, high: 1 };
    const low = Math.log10(Math.min(...levels)), high = Math.log10(Math.max(...levels));
    const margin = 0.06 * Math.max(high - low, 1);
    return { low: Math.min(low - margin - 0.3, Math.floor(high)), high: high + margin };
}

function amount(row) {
    if (row.kind === "total") return digits(row.to);
    if (row.missing.length > 0) return "not known";
    if (isNaN(row.nats)) return "";
    return (row.nats > 0 ? "+" : "") + digits(row.nats);
}

const colourOf = (row) => (row.kind === "total" ? "total" : row.to < row.from ? "less" : row.kind);

/* One row's name, bar, amount; the level it ends at is its data-level. */
function drawRow(svg, row, at) {
    const { x, left, right, y, narrow, next } = at;
    const group = shape("g", { class: `row ${colourOf(row)}`, "data-step": row.name, "data-level": row.to, "data-nats": row.nats ?? "" });
    const middle = narrow ? y + 28 : y + ROW / 2;
    const label = narrow ? { x: left, y: y + 13 } : { x: left - 10, y: middle + 4, "text-anchor": "end" };
    group.append(shape("title", {}, [pretty(row.meaning), `level ${row.to}`].filter(Boolean).join("; ")));
    group.append(shape("text", { class: "name", ...label }, pretty(row.name)));
    if (row.kind !== "total" && row.missing.length > 0) {
        group.append(shape("text", { class: "needs", x: left + 6, y: middle + 4 }, `needs ${row.missing.map(symbol).join(", ")}`));
        svg.append(group);
        return;
    }
    const from = row.kind === "total" || isNaN(row.from) ? left : x(row.from), to = x(row.to);
    const begin = Math.min(from, to), width = Math.max(Math.abs(to - from), 2);
    group.append(shape("rect", { x: begin, y: middle - BAR / 2, width, height: BAR, rx: 2 }));
    if (next) group.append(shape("line", { class: "link", x1: to, x2: to, y1: middle + BAR / 2, y2: middle + next }));
    group.append(shape("text", { y: middle + 4, ...amountPlace(begin, begin + width, left, right) }, amount(row)));
    svg.append(group);
}

/* After the bar, before it where there is no room, within one that goes from edge to edge. */
function amountPlace(begin, end, left, right) {
    if (end + AMOUNT <= right) return { class: "amount", x: end + 6 };
    if (begin - left >= AMOUNT) return { class: "amount", x: begin - 6, "text-anchor": "end" };
    return { class: "amount within", x: end - 6, "text-anchor": "end" };
}

function drawAxis(svg, axis, at) {
    const { x, left, right, top, bottom } = at;
    const decades = Math.ceil(axis.high) - Math.floor(axis.low), every = Math.max(1, Math.ceil(decades / ((right - left) / 46)));
    for (let power = Math.ceil(axis.low); power <= axis.high; power++) {
        const place = x(10 ** power);
        svg.append(shape("line", { class: "grid", x1: place, x2: place, y1: top, y2: bottom }));
        if (power % every === 0) svg.append(shape("text", { class: "tick", x: place, y: bottom + 17, "text-anchor": "middle" }, `10${raised(power)}`));
    }
    svg.append(shape("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }));
    svg.append(shape("text", { class: "tick", x: (left + right) / 2, y: bottom + 36, "text-anchor": "middle" },
        right - left < NARROW - 100 ? "right side after each step, in nats" : "right side after each step, in nats; beside each bar what it adds"));
}

/* Beyond pure noise every bound is vacuous. */
function drawNoise(svg, noise, at) {
    if (!(noise > 0)) return;
    const { x, right, top, bottom } = at, place = x(noise), half = (at.left + right) / 2;
    svg.append(shape("rect", { class: "vacuous", x: place, y: top, width: Math.max(right - place, 0), height: bottom - top }));
    svg.append(shape("line", { class: "noise", x1: place, x2: place, y1: top - 4, y2: bottom }));
    const side = place < half ? { x: place } : { x: place, "text-anchor": "end" };
    svg.append(shape("text", { class: "tick", y: top - 9, ...side }, `vacuous above ${digits(noise)}: no network at all`));
}

/* drawWaterfall: into `svg`, as wide as its place. start: the level before the first step, NaN where none is known. */
function drawWaterfall(svg, levels, start, noise) {
    const width = Math.max(svg.parentNode.clientWidth, 260), narrow = width < NARROW;
    const rows = waterfallRows(levels, start), pitch = narrow ? ROW_NARROW : ROW;
    const left = narrow ? 2 : 192, right = width - 10, top = HEAD, bottom = HEAD + rows.length * pitch + 4;
    const axis = axisOf(rows, noise);
    const x = (level) => {
        const share = level > 0 ? (Math.log10(level) - axis.low) / (axis.high - axis.low) : 0;
        return left + (right - left) * Math.min(Math.max(share, 0), 1);
    };
    svg.setAttribute("viewBox", `0 0 ${width} ${bottom + FOOT}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", bottom + FOOT);
    svg.setAttribute("aria-label", `slack waterfall: ${rows.map((row) => `${pretty(row.name)} ${digits(row.to)}`).join(", ")}`);
    svg.replaceChildren();
    drawNoise(svg, noise, { x, left, right, top, bottom });
    drawAxis(svg, axis, { x, left, right, top, bottom });
    rows.forEach((row, i) => {
        const follows = rows[i + 1] && !(rows[i + 1].missing && rows[i + 1].missing.length);
        drawRow(svg, row, { x, left, right, narrow, y: top + i * pitch, next: follows ? pitch - BAR / 2 : 0 });
    });
}
