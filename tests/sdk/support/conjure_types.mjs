// SPDX-License-Identifier: MIT
// Holds answers to the types that Palantir generates from its Conjure definitions, with the TypeScript
// compiler: a member that is missing, one that there is not, or a variant of a union that the types do
// not know is an error, as in a program that had the answer written into it.
import { fileURLToPath } from "node:url";

import ts from "typescript";

const types = "./node_modules/@osdk/client.unstable/build/types/generated/module-group/__components.js";
const fileName = fileURLToPath(new URL("../answers.ts", import.meta.url));
const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/** What is wrong with answers, each `{ type, json }`, where `type` is the type's TypeScript name: one line each. */
export function mistakes(answers) {
    const lines = answers.map(
        ({ type, json }, i) => `export const answer${i}: ${type} = ${JSON.stringify(json)};`,
    );
    const source = `import type * as M from "${types}";\n${lines.join("\n")}\n`;
    const host = ts.createCompilerHost(options);
    const readFile = host.getSourceFile;
    host.getSourceFile = (name, ...rest) =>
        name === fileName
            ? ts.createSourceFile(name, source, options.target)
            : readFile.call(host, name, ...rest);
    const program = ts.createProgram([fileName], options, host);
    return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
        const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
        return `${lines[line - 1] ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
}
