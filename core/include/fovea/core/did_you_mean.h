// SPDX-License-Identifier: Apache-2.0
// Suggestions for misspelt names, and for the names that other frameworks use.
#pragma once

#include <fovea/core/export.h>

#include <span>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

// The candidate that `word` is most likely a slip of; empty when none is near.
std::string closest(std::string_view word, std::span<const std::string> candidates);

// The candidate that another framework calls `word` ("num_output" is our "out_channels"); empty
// when there is none.
std::string foreign_name(std::string_view word, std::span<const std::string> candidates);

// For a word that is unknown where it stands, in a document whose fields have these full paths
// ("train.optimizer.lr"): `; it belongs in train.optimizer`, or for another framework's name
// `; here it is called "lr", in train.optimizer`. Empty when it is nowhere, or at many places.
std::string found_elsewhere(std::string_view word, std::span<const std::string> paths);

// `; did you mean "x"?`, `; here it is called "x"`, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace fovea
