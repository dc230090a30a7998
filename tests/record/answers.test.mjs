// SPDX-License-Identifier: MIT
// Answers of every shape, as servers send them.
import { answerCases } from "./support/answer_cases.mjs";
import { fidelity } from "./support/fidelity.mjs";

fidelity("answers", answerCases);
