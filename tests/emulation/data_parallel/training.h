// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "rank.h"

#include <vector>

namespace regression {

// The weights of every rank after some steps on `ranks` devices (1, 2 or 4), with one wait left
// out.
std::vector<std::vector<float>> train_in_one_thread(int ranks, Wait omitted = Wait::None);
std::vector<std::vector<float>> train_in_threads(int ranks);

}  // namespace regression
