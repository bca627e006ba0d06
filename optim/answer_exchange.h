// SPDX-License-Identifier: Apache-2.0
// What processes that share an evaluation tell each other of its samples.
#pragma once

#include <fovea/optim/evaluation.h>

#include <functional>
#include <string>

namespace fovea {

// Confusions and wrong answers as bytes.
std::string pack_answers(const Evaluation& evaluation);
// Adds the confusions to `evaluation` and calls keep(answer) for each answer. REQUIRES: bytes of
// pack_answers(), by an evaluation of as many classes.
void unpack_answers(const std::string& bytes, Evaluation& evaluation,
                    const std::function<void(WrongAnswer)>& keep);

}  // namespace fovea
