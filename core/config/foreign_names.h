// SPDX-License-Identifier: Apache-2.0
// What other frameworks call our fields.
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace fovea::detail {

// Pairs of (theirs, ours): Caffe, PyTorch, Keras, darknet, ultralytics, timm, the paper's program.
// One name may mean several fields; where it stands tells which.
std::span<const std::pair<std::string_view, std::string_view>> foreign_names();

}  // namespace fovea::detail
