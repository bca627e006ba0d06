// SPDX-License-Identifier: Apache-2.0
// How a run went, as a picture.
#pragma once

#include <fovea/optim/run_history.h>

#include <string>

namespace FOVEA_API fovea {

// An SVG picture of loss, top-1, top-5 (where it is not all 100 %) and learning rate over the
// epochs: of training and of validation. It has no script and refers to nothing outside.
std::string draw_curves(const RunHistory& history, const std::string& title);

}  // namespace fovea
