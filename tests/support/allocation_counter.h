// SPDX-License-Identifier: Apache-2.0
// Counts calls of operator new in the whole program; link allocation_counter.cpp to use it.
#pragma once

#include <cstdint>

namespace fovea::test {

int64_t allocations();

}  // namespace fovea::test
