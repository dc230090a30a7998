// SPDX-License-Identifier: MIT
// Graphs of how a cost grows, drawn by gnuplot: throughput above, the slowest in a hundred below, both over the same axis.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";

import { installed } from "./peers/installed.mjs";

export const canDraw = () => installed("gnuplot");

const script = ({ data, svg, title, along, unit }) => `
set terminal svg size 720,560 font "sans-serif,12" background "white"
set output "${svg}"
set multiplot layout 2,1 title "${title}"
set grid
set logscale x
set format x "%.0s%c"
set yrange [0:*]
set key off
set ylabel "${unit}"
set format y "%.0s%c"
plot "${data}" using 1:2 with linespoints pointtype 7
set xlabel "${along}"
set ylabel "p99, ms"
set logscale y
unset yrange
set format y "%g"
plot "${data}" using 1:($3/1000) with linespoints pointtype 7
unset multiplot
`;

/**
 * Draws NAME.svg into a folder, and leaves its points beside it: [how much of what grows, throughput, p99 in µs]. `along` is what
 * grows, `unit` what is a throughput.
 */
export function draw(folder, name, { title, along, unit, points }) {
    const data = path.join(folder, `${name}.dat`);
    const svg = path.join(folder, `${name}.svg`);
    writeFileSync(data, points.map((point) => point.join(" ")).join("\n") + "\n");
    execFileSync("gnuplot", ["-"], { input: script({ data, svg, title, along, unit }), stdio: ["pipe", "inherit", "inherit"] });
    return svg;
}
